"""回访任务: who is to be called, what is asked, and what came of it."""
