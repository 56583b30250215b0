"""档案: drafts, their steps and changes, and how they are read."""
