"""Surveys: what they are made of, how answers read, and which question comes next."""
