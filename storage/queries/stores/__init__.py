"""Stores: services, opening hours, days that differ, and how each keeps contact."""
