"""Bring in: bytes in, model out, as generators; no database, no screen."""
