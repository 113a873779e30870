"""Keys that come faster than they are done: each is done before the next one looks where the focus is.

Textual gives a key to the widget that has the focus when the key arrives, and does what it is bound to later, after it came up through the widget's
parents. Of `/` and `lopez` in one packet, or held back together by the pacing, all of `lopez` would go where the focus was before `/` moved it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual.app import App
from textual.widgets import Input

if TYPE_CHECKING:
    from textual.message_pump import MessagePump

_LOOK: Final = 0.025  # seconds between two looks after the wait
_LOOKS: Final = 80  # after so many the next key is done, whatever still waits; counted, for a process that stood still has done nothing meanwhile


class TypeAhead(App[Any]):
    """An App that does one key at a time. A key that finds the one before it done is not delayed."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._typed: deque[events.Event] = deque()
        self._way: list[MessagePump] = []  # what the last key goes through
        self._carrier: MessagePump = self  # in whose queue the wait goes along
        self._left: list[MessagePump] = []  # where it has yet to go
        self._wait = 0  # number of the wait under way; 0 when nothing waits
        self._waits = 0

    async def on_event(self, event: events.Event) -> None:
        """Do the event, or keep it until the keys before it are done."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        self._typed.append(event)
        if not self._wait:
            await self._go_on()

    async def _go_on(self) -> None:
        while self._typed:
            if self._is_busy():
                self._waits += 1
                self._wait = self._waits
                self._left = [*self._way]
                self._follow(self._wait)
                self._look_after(self._wait, _LOOKS)
                return
            await self._do_next()

    async def _do_next(self) -> None:
        event = self._typed.popleft()
        if isinstance(self.focused, Input):
            event = self._with_what_follows(event)
        if self.is_done_at_once(event):
            self._way = []
        else:
            self._way = [*(self.focused or self.screen).ancestors_with_self]
            await super().on_event(event)

    def _with_what_follows(self, event: events.Event) -> events.Event:
        """Characters that wait to be typed into a line, as one key that types them all: the line is painted and listened to once."""
        text = ""
        while isinstance(event, events.Key) and event.is_printable and self._typed:
            following = self._typed[0]
            if not isinstance(following, events.Key) or not following.is_printable:
                break
            text += following.character or ""
            self._typed.popleft()
        return (
            events.Key(event.key, (event.character or "") + text)
            if isinstance(event, events.Key) and text
            else event
        )

    def is_done_at_once(self, event: events.Event) -> bool:  # noqa: ARG002 - for those who can tell
        """Do a key or a paste without Textual's long way, if that can be: nothing is left to do of it then. Here that is none."""
        return False

    def _is_busy(self) -> bool:
        return any(pump.message_queue_size for pump in self._way if pump.is_running)

    def _follow(self, wait: int) -> None:
        """Go the way of the last key through the queues, always behind it; and again as long as there is something in them."""
        if wait != self._wait:
            return
        while self._left:
            self._carrier = self._left.pop(0)
            if self._carrier.call_later(self._follow, wait):
                return
        self._carrier = self
        if self._is_busy():
            self._way = [*dict.fromkeys([*(self.focused or self.screen).ancestors_with_self, *self._way])]
            self._left = [*self._way]
            self.call_later(self._follow, wait)
        else:
            self.call_later(self._end_wait, wait)

    def _look_after(self, wait: int, looks: int) -> None:
        """Take the wait out of the queue of a widget that was removed: it takes along what is in it."""
        if wait != self._wait:
            return
        if not looks:
            self.call_later(self._end_wait, wait)
            return
        if not self._carrier.is_running:
            self._follow(wait)
        asyncio.get_running_loop().call_later(_LOOK, self._look_after, wait, looks - 1)

    async def _end_wait(self, wait: int) -> None:
        if wait != self._wait:
            return
        self._wait = 0
        if self._typed:
            await self._do_next()
        await self._go_on()
