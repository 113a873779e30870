"""The made-up REST API, version 1: what lies below /v1/, as documented (schoology.md 4). It only reads; whatever would write is refused."""

from __future__ import annotations

import csv
import io
import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlencode

from werkzeug.wrappers import Response

from importlog_tui.demo.server.gate import BUILDING_KEY, PERSONAL_KEY, Gate, TurnedAway
from importlog_tui.demo.server.objects import SCHOOL, Objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from werkzeug.wrappers import Request

    from importlog_tui.demo.server.world import World

_PAGE, _MOST = 20, 200
_AT_ONCE = 50


class Api:
    """Answers for one world; one object for the server's life, called from several threads at once.

    Attributes:
        gate: who may come in.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.gate = Gate()
        self.objects = Objects(world)
        self._lists: dict[str, Callable[[Request], Response]] = {
            "users": self._users,
            "users/inactive": self._inactive,
            "csvexport/users": self._export,
            "sections": self._sections,
            "roles": lambda _: _json(self.objects.roles),
            "gradingperiods": self._periods,
            "schools": lambda _: _json({"school": [_SCHOOL]}),
            f"schools/{SCHOOL}": lambda _: _json(_SCHOOL),
            f"schools/{SCHOOL}/buildings": lambda _: _json({"building": self.objects.buildings}),
            "app-user-info": lambda _: _json(
                {"api_uid": int(self.objects.own.number), "web_session_timestamp": int(time.time())}
            ),
        }

    def answer(self, request: Request, path: str) -> Response:
        """The answer to `request`; `path` is what follows /v1/."""
        passed = self.gate.pass_in(request)
        if isinstance(passed, TurnedAway):
            again = {"Retry-After": str(passed.after)} if passed.after and self.gate.tells_when else {}
            return _plain(passed.status, passed.text, again)
        if request.method == "POST" and path == "multiget":
            return self._multiget(request, passed)
        if request.method != "GET":
            return _plain(405, "Method not allowed: nothing is written here.")
        if not request.accept_mimetypes.best_match(["application/json", "text/csv"]):
            return _plain(415, "Unsupported media type: this made-up API speaks JSON.")
        return self._found(request, path, passed)

    def _found(self, request: Request, path: str, key: str) -> Response:
        own = self.objects.own
        if path == "users/me":
            return _see_other(request, f"users/{own.number}")
        if key == PERSONAL_KEY and path not in {f"users/{own.number}", "app-user-info"}:
            return _plain(401, "Access to other users' data needs an approved application.")
        if key == BUILDING_KEY and path.startswith("csvexport/"):
            return _plain(403, "Forbidden: only administrators of all schools may export.")
        if path in self._lists:
            return self._lists[path](request)
        return self._one(request, path)

    def _one(self, request: Request, path: str) -> Response:
        objects = self.objects
        kind, _, name = path.rpartition("/")
        name = unquote(name)
        if kind == "users/ext" and name in objects.by_unique_id:
            return _see_other(request, f"users/{objects.by_unique_id[name].number}")
        if kind == "sections/ext" and name in objects.sections:
            return _see_other(request, f"sections/{objects.sections[name]['id']}")
        account = self.world.accounts.get(name)
        if kind == "users" and account is not None and account.status == "Active":
            return _json(objects.user(account))
        if kind == "users/inactive" and account is not None and account.status != "Active":
            return _json(objects.gone(account))
        section = next((one for one in objects.sections.values() if one["id"] == name), None)
        if kind == "sections" and section is not None:
            return _json(section)
        return _plain(404, "Not found")

    def _users(self, request: Request) -> Response:
        found = self.objects.active
        if wanted := request.args.get("school_uids"):
            ids = wanted.split(",")
            if len(ids) > _AT_ONCE:
                return _plain(400, f"At most {_AT_ONCE} at a time.")
            found = [self.objects.by_unique_id[one] for one in ids if one in self.objects.by_unique_id]
        return _paged(request, "users", "user", found, self.objects.user, str)

    def _inactive(self, request: Request) -> Response:
        return _paged(request, "users/inactive", "user", self.objects.inactive, self.objects.gone, int)

    def _export(self, request: Request) -> Response:
        fields = request.args.get("fields", "uid,school_uid").split(",")
        text = io.StringIO()
        written = csv.writer(text)
        written.writerow(fields)
        for account in self.objects.active:
            row = self.objects.exported(account)
            written.writerow([row.get(name, "") for name in fields])
        return Response(text.getvalue(), mimetype="text/csv")

    def _sections(self, request: Request) -> Response:
        codes = request.args.get("section_school_codes", "").split(",")
        if len(codes) > _AT_ONCE:
            return _plain(400, f"At most {_AT_ONCE} at a time.")
        found = [self.objects.sections[code] for code in codes if code in self.objects.sections]
        return _paged(request, "sections", "section", found, dict, str)

    def _periods(self, request: Request) -> Response:
        title = request.args.get("title", "")
        starts = request.args.get("startswith") == "1"
        found = [
            period
            for period in self.objects.grading_periods
            if not title or (period["title"].startswith(title) if starts else period["title"] == title)
        ]
        return _json({"gradingperiods": found, "total": len(found)})

    def _multiget(self, request: Request, key: str) -> Response:
        if request.mimetype != "application/json":
            return _plain(415, "Unsupported media type: this made-up API speaks JSON.")
        try:
            asked = json.loads(request.get_data())["request"]
        except (ValueError, KeyError, TypeError):
            return _plain(400, "No list of requests.")
        if not isinstance(asked, list) or len(asked) > _AT_ONCE:
            return _plain(400, f"At most {_AT_ONCE} at a time.")
        answers = [self._item(request, str(location), key) for location in asked]
        status = 200 if all(one["response_code"] == 200 for one in answers) else 207
        return _json({"response": answers}, status)

    def _item(self, request: Request, location: str, key: str) -> dict[str, Any]:
        path = location.partition("/v1/")[2]
        if not path.startswith(("users/", "sections/")):
            return {"location": location, "response_code": 405, "message": "Not for multiget."}
        found = self._found(request, path, key)
        if found.status_code == 303:
            found = self._found(request, found.headers["Location"].partition("/v1/")[2], key)
        if found.status_code != 200:
            return {
                "location": location,
                "response_code": found.status_code,
                "message": found.get_data(as_text=True),
            }
        return {"location": location, "response_code": 200, "body": json.loads(found.get_data())}


_SCHOOL = {"id": SCHOOL, "title": "Example Central School District", "building_code": ""}


def _json(told: object, status: int = 200) -> Response:
    return Response(json.dumps(told), status, mimetype="application/json")


def _plain(status: int, text: str, headers: dict[str, str] | None = None) -> Response:
    return Response(text, status, headers, mimetype="text/plain")


def _address(request: Request, path: str) -> str:
    """Always http, as the documentation's examples have it."""
    return f"http://{request.host}/v1/{path}"


def _see_other(request: Request, path: str) -> Response:
    return Response("", 303, {"Location": _address(request, path)})


def _paged(
    request: Request,
    path: str,
    name: str,
    rows: Sequence[Any],
    shown: Callable[[Any], dict[str, Any]],
    number: Callable[[int], object],
) -> Response:
    start = request.args.get("start", 0, type=int)
    limit = min(request.args.get("limit", _PAGE, type=int), _MOST)
    if start < 0 or limit < 1:
        return _plain(400, "Bad range.")

    def link(first: int) -> str:
        kept: Iterable[tuple[str, str]] = [
            (one, value) for one, value in request.args.items() if one not in {"start", "limit"}
        ]
        return _address(request, f"{path}?{urlencode([*kept, ('start', first), ('limit', limit)])}")

    links = {"self": link(start)}
    if start + limit < len(rows):
        links["next"] = link(start + limit)
    page = [shown(row) for row in rows[start : start + limit]]
    return _json({name: page, "total": number(len(rows)), "links": links})
