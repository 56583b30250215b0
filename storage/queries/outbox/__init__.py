"""Messages on their way out, and what they may cost."""
