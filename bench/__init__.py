"""What the program costs on this machine, beside programs that open the same table: see README.md."""
