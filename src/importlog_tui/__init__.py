"""importlog-tui: a keyboard-driven terminal program for Schoology's Auto-Import Status Log.

ARCHITECTURE.md draws the rooms of this package and the one direction of imports between them.
"""

__version__ = "0.1.0"
