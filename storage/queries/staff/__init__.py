"""Colleagues: who they are, what they are told, and what they are asked to do."""
