"""The made-up REST API, version 1: what lies below /v1/."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from importlog_tui.demo.server.world import World


class Api:
    """Answers for one world; one object for the server's life, called from several threads at once."""

    def __init__(self, world: World) -> None:
        self.world = world

    def answer(self, request: Request, path: str) -> Response:
        """The answer to `request`; `path` is what follows /v1/."""
        del request
        return Response(f"There is no {path} here.", 404, mimetype="text/plain")
