"""What counts come to: 回访月报, satisfaction, KPI, 问题TOP5."""
