"""What a screen or a widget awaits on the side, while keys go on being heeded."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from textual.dom import DOMNode
    from textual.worker import Worker


def aside(
    node: DOMNode,
    group: str,
    function: Callable[..., Coroutine[None, None, None]],
    *arguments: Any,
    exclusive: bool = False,
) -> None:
    """Await `function(*arguments)` as long as `node` lives; an `exclusive` one ends what its group still awaits.

    The coroutine is made where it is awaited, so that one which never came to its turn leaves no warning on the reader's terminal.
    """
    _: Worker[None] = node.run_worker(
        partial(function, *arguments), group=group, exclusive=exclusive, exit_on_error=False
    )
