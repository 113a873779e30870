"""Understand: what a message means. No files, no network, no clock of its own."""
