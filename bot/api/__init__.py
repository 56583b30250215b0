"""The DMS interface, /api/v1: files in, appointments out, webhooks.

`table.py` lists every route once: from it the routes are registered, checked and documented, so the
document at /api/v1/openapi.json and what the server does cannot differ.
"""
