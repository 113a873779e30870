"""The reader's own machine: what the terminal is, how a copy gets to its clipboard, how a page gets opened."""
