"""The made-up district: 30 nights of files, brought in by the real readers."""
