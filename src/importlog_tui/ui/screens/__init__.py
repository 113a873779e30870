"""Whole screens; they own state."""
