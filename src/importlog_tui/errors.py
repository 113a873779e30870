"""Everything that a user, a file or a place can do wrong, told in one or two lines.

Problem                 what, where, remedy; the command line prints it and exits with 2
├── UsageProblem        the command line does not fit together
├── ConfigProblem       a setting is unknown or wrong
│   └── KeyProblem      a key or an action under [keys] is
├── SourceProblem       a file can't be read or isn't what it seems
└── ArchiveProblem      the archive can't be opened or written
    ├── ArchiveTooNew   it was written by a newer program
    ├── ArchiveDamaged  it is no archive, or a broken one; it is left alone
    └── ArchiveBusy     another process kept it locked for too long
"""

from __future__ import annotations


class Problem(Exception):
    """Something the reader can act on: what is wrong, where, and what to do.

    Attributes:
        what: the fault, a sentence without its full stop.
        where: file, line or key; may hold outside text and is made safe where it is shown.
        remedy: what to do about it, a sentence, or "".
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what, self.where, self.remedy = what, where, remedy
        head = f"{where}: {what}" if where else what
        super().__init__(f"{head}. {remedy}" if remedy else f"{head}.")


class UsageProblem(Problem):
    """The command line does not fit together."""


class ConfigProblem(Problem):
    """A setting is unknown or wrong."""


class KeyProblem(ConfigProblem):
    """A key is unknown, or can't mean what it should.

    Attributes:
        action: the one under [keys] whose keys are refused.
    """

    def __init__(self, action: str, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.action = action


class SourceProblem(Problem):
    """A file or another source can't be read, or isn't what it seems."""


class ArchiveProblem(Problem):
    """The archive can't be opened, read or written."""


class ArchiveTooNew(ArchiveProblem):
    """The archive was written by a newer program."""


class ArchiveDamaged(ArchiveProblem):
    """The file is no archive, or a broken one; it is left as it is."""


class ArchiveBusy(ArchiveProblem):
    """Another process kept the archive locked for too long."""
