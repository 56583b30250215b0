"""What the DMS, a sheet or staff tell of customers, cars and what happened to them."""
