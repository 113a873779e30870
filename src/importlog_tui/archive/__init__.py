"""Keep: everything ever read, in one SQLite file. Nothing outside this room may know that it is SQLite."""
