"""The kinds of contact a store owes, what they count from, and the words for them."""
