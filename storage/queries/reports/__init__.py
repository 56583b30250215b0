"""回访月报 and the other figures, counted from the tables themselves."""
