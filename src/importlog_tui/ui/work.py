"""Work off the event loop: one job per group at a time, each with a progress line, a stop sign, and an end that is told by message.

A job's function runs in a daemon thread, not in the executor's pool: leaving the program never waits for a child process or a slow disk.
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from importlog_tui.errors import Problem
from importlog_tui.text import one_line
from importlog_tui.ui.aside import aside
from importlog_tui.ui.messages import WorkFailed, WorkFinished, WorkProgressed

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.message_pump import MessagePump
    from textual.widget import Widget

T = TypeVar("T")

GRACE = 2.0
"""Seconds that a job which writes gets to end when the program ends, and again as many once it was told to stop; longer, and its transaction is rolled back."""


@dataclass(eq=False)
class Job(Generic[T]):
    """One piece of work.

    Attributes:
        group: what kind of work; a new job of a group stops the older one.
        title: what the status line says while it runs; "" for work that is too quick to speak of.
        done: what the screen does with the answer.
        writes: it changes the archive: whole if it can within `GRACE`, else what was done until then.
        can_wait: at the program's end it is stopped at once, since it goes on another time; only what it is writing is ended.
        progress: its newest word on how far it is.
    """

    group: str
    title: str
    function: Callable[[Job[T]], T]
    done: Callable[[T], None]
    writes: bool = False
    can_wait: bool = False
    progress: str = ""
    _stop: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)
    _target: MessagePump | None = None

    def is_stopped(self) -> bool:
        """Whether the reader (or the program's end) wants it stopped; to be asked often."""
        return self._stop.is_set()

    def rests(self, seconds: float) -> bool:
        """Do nothing for a while; at once whether it is stopped, when that comes meanwhile. From its own thread."""
        return self._stop.wait(seconds)

    def stop(self) -> None:
        """Ask it to stop."""
        self._stop.set()

    def say(self, text: str) -> None:
        """Tell how far it is; from its own thread."""
        if self._target is not None and not self._stop.is_set():
            self._target.post_message(WorkProgressed(self, text))

    def finish(self) -> None:
        """Let it end, or stop it where that takes too long; to be called where nobody waits for a key any more."""
        if not self._ended.wait(GRACE):
            self.stop()
            self._ended.wait(GRACE)


class Work:
    """The jobs of one screen."""

    def __init__(self, target: Widget, started: Callable[[], None]) -> None:
        """Messages go to `target`; `started` is called when there is something new to tell of."""
        self._target, self._started = target, started
        self.jobs: dict[str, Job[Any]] = {}

    @property
    def running(self) -> Job[Any] | None:
        """The newest job that the reader was told of."""
        return next((job for job in reversed(self.jobs.values()) if job.title), None)

    def start(
        self,
        group: str,
        function: Callable[[Job[T]], T],
        done: Callable[[T], None],
        *,
        title: str = "",
        writes: bool = False,
        can_wait: bool = False,
    ) -> Job[T]:
        """Run `function(job)` in a thread; its answer goes to `done` on the event loop, its errors into the status line."""
        if older := self.jobs.pop(group, None):
            older.stop()
        job = Job(group, title, function, done, writes=writes, can_wait=can_wait, _target=self._target)
        self.jobs[group] = job
        aside(self._target, group, self._tell, job, self._begin(job))
        self._started()
        return job

    def _begin(self, job: Job[Any]) -> asyncio.Future[tuple[Any, str]]:
        """Start its thread at once, so that what writes has begun when the program ends with the next key."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[tuple[Any, str]] = loop.create_future()

        def settle(result: Any, fault: str) -> None:
            if not ended.done():
                ended.set_result((result, fault))

        def body() -> None:
            result, fault = None, ""
            try:
                result = job.function(job)
            except Problem as problem:
                fault = one_line(str(problem))
            except Exception as error:  # a job may never take the screen down
                fault = (
                    f"That failed: {one_line(str(error)) or type(error).__name__} ({type(error).__name__})."
                )
            job._ended.set()
            try:
                loop.call_soon_threadsafe(settle, result, fault)
            except RuntimeError:  # the screen is gone
                return

        threading.Thread(target=body, name=f"work-{job.group}", daemon=True).start()
        return ended

    async def _tell(self, job: Job[Any], ended: asyncio.Future[tuple[Any, str]]) -> None:
        result, fault = await ended
        if fault:
            self._target.post_message(WorkFailed(job, fault))
        else:
            self._target.post_message(WorkFinished(job, result))

    def is_current(self, job: Job[Any]) -> bool:
        """Whether nothing newer of its group was started."""
        return self.jobs.get(job.group) is job

    def ended(self, job: Job[Any]) -> bool:
        """Take a job that ended off the list; False if a newer one of its group made it pointless."""
        if not self.is_current(job):
            return False
        del self.jobs[job.group]
        return True

    def stop_all(self) -> list[Job[Any]]:
        """Ask all jobs to stop but those that write: they are returned, to be finished once the terminal was given back."""
        for job in self.jobs.values():
            if not job.writes or job.can_wait:
                job.stop()
        return [job for job in self.jobs.values() if job.writes]
