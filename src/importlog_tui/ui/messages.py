"""What happened, told from where it happened to the screen that owns the state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from importlog_tui.ui.presentation.tree_line import Key
    from importlog_tui.ui.work import Job


@dataclass
class NodeHighlighted(Message):
    """The tree's cursor came to stand on another node."""

    key: Key | None


@dataclass
class NodeFolded(Message):
    """A night or an import was opened or closed."""

    key: Key


@dataclass
class WorkProgressed(Message):
    """A job got further; only the newest word counts."""

    job: Job[Any]
    text: str

    def can_replace(self, message: Message) -> bool:
        """A newer word stands for an older one of the same job."""
        return isinstance(message, WorkProgressed) and message.job is self.job


@dataclass
class WorkFinished(Message):
    """A job ended well; `result` is what it answered."""

    job: Job[Any]
    result: Any


@dataclass
class WorkFailed(Message):
    """A job ended in an error; `sentence` is for the status line."""

    job: Job[Any]
    sentence: str


@dataclass
class PromptAnswered(Message):
    """The prompt line was answered with Enter."""

    text: str


@dataclass
class PromptLeft(Message):
    """The prompt line was left with Escape."""
