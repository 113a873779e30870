"""What all tests share."""

from hypothesis import settings

# Machines are noisy: how long one example takes says nothing about the program.
settings.register_profile("importlog", deadline=None, print_blob=True)
settings.load_profile("importlog")
