"""Signing in to the made-up server: a login page, or a single sign-on that sends the browser to another host and back."""

from __future__ import annotations

import secrets
from html import escape
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, urlsplit

from werkzeug.wrappers import Response

from importlog_tui.demo.pages import document

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

COOKIE = "SESSmadeup"
Way = Literal["form", "sso"]


class Sessions:
    """Who is signed in.

    Attributes:
        standing: a session that is there from the start, for a reader who copies it from what `demo --serve` prints.
        way: what somebody without a session is shown.
    """

    def __init__(self, way: Way = "form") -> None:
        self.standing = secrets.token_urlsafe(24)
        self.way = way
        self._open = {self.standing}

    def knows(self, request: Request) -> bool:
        """Whether the request carries a session that is open."""
        return request.cookies.get(COOKIE, "") in self._open

    def expire(self) -> None:
        """End all sessions."""
        self._open.clear()

    def renew(self) -> str:
        """Open the standing session again under a new name; returns the cookie, `name=value`."""
        self.standing = secrets.token_urlsafe(24)
        self._open.add(self.standing)
        return self.cookie

    @property
    def cookie(self) -> str:
        """The standing session as a Cookie header has it."""
        return f"{COOKIE}={self.standing}"

    def turned_away(self, request: Request) -> Response:
        """Where somebody without a session is sent."""
        then = quote(_path_of(request.full_path.rstrip("?")), safe="")
        if self.way == "form":
            return Response("", 302, {"Location": f"/made-up/login?then={then}"})
        # Another name of this machine stands for the district's sign-on.
        other = "127.0.0.1" if request.host.startswith("localhost") else "localhost"
        port = urlsplit(f"//{request.host}").port
        place = f"{other}:{port}" if port else other
        back = quote(f"{request.scheme}://{request.host}", safe="")
        return Response(
            "", 302, {"Location": f"{request.scheme}://{place}/made-up/sso?then={then}&back={back}"}
        )

    def login_page(self, request: Request) -> Response:
        """The form; whatever is typed into it opens a session."""
        if request.method == "POST":
            return self._opened(request)
        then = escape(_path_of(request.args.get("then", "/")))
        return Response(
            document(
                "Sign in to the made-up Schoology",
                f'<form method="post" action="/made-up/login?then={then}"><label>Name <input name="name"></label> '
                '<label>Password <input type="password" name="word"></label> <button>Sign in</button></form>'
                "<p>Anything will do.</p>",
            ),
            mimetype="text/html",
        )

    def sso_page(self, request: Request) -> Response:
        """The other host: a browser passes it by itself, as on a machine of the district; a program without scripts does not."""
        back = request.args.get("back", "")
        if urlsplit(back).hostname not in {"127.0.0.1", "localhost", "::1"}:
            back = ""
        then = quote(_path_of(request.args.get("then", "/")), safe="")
        return Response(
            document(
                "Made-up single sign-on",
                f'<form method="post" action="{escape(back)}/made-up/sso/done?then={then}"><button>Go on</button></form>'
                "<script>document.forms[0].submit()</script>",
            ),
            mimetype="text/html",
        )

    def sso_done(self, request: Request) -> Response:
        """Back from the other host."""
        return self._opened(request)

    def _opened(self, request: Request) -> Response:
        token = secrets.token_urlsafe(24)
        self._open.add(token)
        answer = Response("", 303, {"Location": _path_of(request.args.get("then", "/"))})
        answer.set_cookie(COOKIE, token, httponly=True, samesite="Lax")
        return answer


def _path_of(then: str) -> str:
    """A path on this host, whatever was asked for."""
    return then if then.startswith("/") and not then.startswith(("//", "/\\")) else "/"
