"""Days, times and wishes as Chinese customers write them."""
