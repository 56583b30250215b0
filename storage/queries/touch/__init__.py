"""客户跟踪: what is owed to customers, why, and what became of it."""
