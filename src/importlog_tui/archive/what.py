"""What the archive keeps of a record against the nights before."""

from __future__ import annotations

from enum import IntEnum


class What(IntEnum):
    """What befell a record at one place of its chain."""

    GONE = 0
    NEW = 1
    RETURNED = 2


class Compared(IntEnum):
    """How the states of an error's records are told."""

    NOT = 0  # there is nothing to compare with, or not all was read
    NEW = 1  # the error was not there before: all are new
    CHANGES = 2  # by `changes`; what is not in it is still there
