"""Bring in the Status Log, whatever way a person can bring it; every way gives the same readings."""
