"""Bring in the directory: what Schoology itself holds, read through its REST API (schoology.md 4). It reads and can do nothing else.

`oauth` signs, `client` asks, `refusals` turns what comes back into sentences, `directory` makes rows of it, `lookups` asks for the few in view.
"""
