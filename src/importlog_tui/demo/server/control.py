"""What the made-up server was asked, and what is to go wrong next: a test's grip on it. Safe to use from any thread."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importlog_tui.demo.server.mishaps import Mishap


class Asked(NamedTuple):
    """One request: `path` with its query, headers by lower-case name, `at` seconds of a monotonic clock."""

    method: str
    path: str
    headers: Mapping[str, str]
    at: float


@dataclass
class _Planned:
    mishap: Mishap
    path: str
    skip: int
    left: int | None


@dataclass
class Control:
    """The requests so far, and the mishaps to come."""

    requests: list[Asked] = field(default_factory=list)
    _planned: list[_Planned] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def plan(self, mishap: Mishap, *, path: str = "", skip: int = 0, times: int | None = 1) -> None:
        """Let `mishap` befall the next `times` answers (None: all) to paths that hold `path`, after `skip` good ones."""
        with self._lock:
            self._planned.append(_Planned(mishap, path, skip, times))

    def calm(self) -> None:
        """Forget what was planned."""
        with self._lock:
            self._planned.clear()

    def count(self, path: str = "") -> int:
        """How many requests there were whose path holds `path`."""
        return len(self.paths(path))

    def paths(self, path: str = "") -> list[str]:
        """The paths asked for that hold `path`, in order."""
        with self._lock:
            return [asked.path for asked in self.requests if path in asked.path]

    def forget(self) -> None:
        """Count from nought again."""
        with self._lock:
            self.requests.clear()

    def note(self, asked: Asked) -> Mishap | None:
        """Keep a request; returns what is to befall its answer."""
        with self._lock:
            self.requests.append(asked)
            for planned in self._planned:
                if planned.path not in asked.path or planned.left == 0:
                    continue
                if planned.skip:
                    planned.skip -= 1
                    continue
                if planned.left is not None:
                    planned.left -= 1
                return planned.mishap
        return None
