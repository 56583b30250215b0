"""Two files that are one."""
