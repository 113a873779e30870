"""The made-up server's answers: which page an address leads to, and whether it may be seen."""

from __future__ import annotations

import gzip
import time
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from importlog_tui.demo.pages import document
from importlog_tui.demo.server import log_pages, mishaps
from importlog_tui.demo.server.api import Api
from importlog_tui.demo.server.control import Asked, Control
from importlog_tui.demo.server.mishaps import Mishap
from importlog_tui.demo.server.signing_in import Sessions, Way

if TYPE_CHECKING:
    from collections.abc import Iterable

    from importlog_tui.demo.server.world import World

_PACK_ABOVE = 500


class MadeUpSchoology:
    """A WSGI application.

    Attributes:
        runs_a_page, rows_a_page: how much the log and an error's records show on a page.
    """

    def __init__(
        self,
        world: World,
        *,
        control: Control | None = None,
        sign_in: Way = "form",
        runs_a_page: int = 15,
        rows_a_page: int = 250,
    ) -> None:
        self.world = world
        self.control = control or Control()
        self.sessions = Sessions(sign_in)
        self.api = Api(world)
        self.runs_a_page, self.rows_a_page = runs_a_page, rows_a_page
        self._map = Map(
            [
                Rule("/made-up/login", endpoint=self.sessions.login_page),
                Rule("/made-up/sso", endpoint=self.sessions.sso_page),
                Rule("/made-up/sso/done", endpoint=self.sessions.sso_done),
                Rule(mishaps.CIRCLE, endpoint=self._circle),
                Rule("/v1/<path:path>", endpoint=self._api),
                Rule("/", endpoint=self._home),
                Rule(log_pages.LOG, endpoint=self._log),
                Rule(f"{log_pages.LOG}/<any({','.join(log_pages.LOOKS)}):look>", endpoint=self._log),
                Rule(f"{log_pages.LOG}/records/<name>", endpoint=self._records),
                Rule("/user/<number>", endpoint=self._user),
                Rule("/user/<number>/info", endpoint=self._user),
                Rule("/users/manage/edit/moreinfo", endpoint=self._search),
            ],
            strict_slashes=False,
        )
        self._open = {
            self.sessions.login_page,
            self.sessions.sso_page,
            self.sessions.sso_done,
            self._api,
            self._circle,
        }

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """One request (PEP 3333)."""
        request = Request(environ)
        path = request.full_path.rstrip("?")
        headers = {name.lower(): value for name, value in request.headers.items()}
        mishap = self.control.note(Asked(request.method, path, headers, time.monotonic()))
        if mishap is Mishap.EXPIRED:
            self.sessions.expire()
        answer = self._answer(request)
        if mishap is not None and mishap is not Mishap.EXPIRED:
            answer = mishaps.befall(mishap, answer, environ)
        return _packed(answer, request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        try:
            endpoint, values = self._map.bind_to_environ(request.environ).match()
            if endpoint not in self._open and not self.sessions.knows(request):
                return self.sessions.turned_away(request)
            answer: Response = endpoint(request, **values)
        except HTTPException as refused:
            page = document(refused.name, f"<p>{refused.name}</p>")
            return Response(page, refused.code, mimetype="text/html")
        return answer

    def _api(self, request: Request, path: str) -> Response:
        return self.api.answer(request, path)

    def _circle(self, _request: Request) -> Response:
        return Response("", 302, {"Location": mishaps.CIRCLE})

    def _home(self, _request: Request) -> Response:
        links = "".join(
            f'<li><a href="{log_pages.log_path(look)}">{look}</a></li>' for look in log_pages.LOOKS
        )
        return _html(
            document("Made-up Schoology", f"<p>The Status Log, in three markups:</p><ul>{links}</ul>")
        )

    def _log(self, request: Request, look: str = log_pages.LOOKS[0]) -> Response:
        return _html(log_pages.log_page(self.world, look, _page(request), self.runs_a_page))

    def _records(self, request: Request, name: str) -> Response:
        look = request.args.get("look", log_pages.LOOKS[0])
        if look not in log_pages.LOOKS:
            raise NotFound
        return _html(log_pages.records_page(self.world, name, look, _page(request), self.rows_a_page))

    def _user(self, _request: Request, number: str) -> Response:
        return _html(log_pages.user_page(self.world, number))

    def _search(self, request: Request) -> Response:
        return _html(log_pages.user_search(self.world, request.args.get("search", "")))


def _page(request: Request) -> int:
    page = request.args.get("page", 1, type=int)
    if page < 1:
        raise NotFound
    return page


def _html(page: str | None) -> Response:
    if page is None:
        raise NotFound
    return Response(page, mimetype="text/html")


def _packed(answer: Response, request: Request) -> Response:
    """Compressed, where the reader takes that and it is worth it."""
    data = answer.get_data()
    if (
        len(data) > _PACK_ABOVE
        and request.accept_encodings["gzip"] > 0
        and "Content-Encoding" not in answer.headers
    ):
        answer.set_data(gzip.compress(data, 6, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Vary"] = "Accept-Encoding"
    return answer
