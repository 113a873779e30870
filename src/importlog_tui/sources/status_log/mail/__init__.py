"""Notification mails, and what each tells of its run."""
