"""投诉: states, categories, routing, amends, and the words for all of them."""
