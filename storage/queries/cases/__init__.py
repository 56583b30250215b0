"""投诉: from the first word to the confirmed solution, with all that belongs to it."""
