"""预约: capacity, booking, waiting lists, and what became of it on the day."""
