"""潜在客户 and their test drives."""
