"""The made-up server as a running one: on a port of the loopback, in threads of this process."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

from importlog_tui.demo.server.log_pages import LOOKS, log_path
from importlog_tui.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlog_tui.demo.server.app import MadeUpSchoology
    from importlog_tui.demo.server.control import Control

HOST = "127.0.0.1"


class _Handler(WSGIRequestHandler):
    """Speaks HTTP/1.1, and writes nothing to the terminal."""

    protocol_version = "HTTP/1.1"
    timeout = 30

    def handle(self) -> None:
        """One connection; a mishap may have closed it already."""
        with contextlib.suppress(OSError):
            super().handle()

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the library's name for it
        """Nothing: what was asked is in `Control`."""

    def version_string(self) -> str:
        """Of the Server header."""
        return "made-up"


class Running:
    """A server that answers.

    Attributes:
        address: its base address, without a slash at the end.
    """

    def __init__(self, app: MadeUpSchoology, address: str) -> None:
        self.app, self.address = app, address

    @property
    def control(self) -> Control:
        """What was asked, and what is to go wrong."""
        return self.app.control

    @property
    def cookie(self) -> str:
        """The standing session, as a Cookie header has it."""
        return self.app.sessions.cookie

    def log_address(self, look: str = LOOKS[0]) -> str:
        """The Status Log in that markup."""
        return f"{self.address}{log_path(look)}"


@contextlib.contextmanager
def running(app: MadeUpSchoology, *, port: int = 0) -> Iterator[Running]:
    """Serve `app` on the loopback until the end of the block; port 0 is any that is free.

    Raises:
        UsageProblem: the port is taken or not to be had.
    """
    try:
        server = make_server(HOST, port, app, threaded=True, request_handler=_Handler)
    except (OSError, SystemExit) as refused:  # the library ends the process where a port is taken
        reason = refused.strerror if isinstance(refused, OSError) and refused.strerror else "it is taken"
        raise UsageProblem(
            f"port {port} of {HOST} can't be had ({reason})", remedy="Name another with --port."
        ) from refused
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="made-up server", daemon=True)
    thread.start()
    try:
        yield Running(app, f"http://{HOST}:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
