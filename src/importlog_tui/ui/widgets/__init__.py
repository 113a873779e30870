"""Parts of a screen; they never open files, databases or processes."""
