"""The one registry of what a key can do: bindings, footer, palette, help, configuration and README all read it.

An action's method is `act_<id with underscores>` of one of the screen's desks. `why_not` gets the `Moment` and answers None, or the reason why the key
can't work now, as a sentence that the status line shows.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Place(StrEnum):
    """Where the cursor is."""

    LOG = "log"
    RECORDS = "records"
    RECORD = "record"


EVERYWHERE = frozenset(Place)
_ROWS = frozenset({Place.RECORDS, Place.RECORD})


class Moment(NamedTuple):
    """What is true when a key is pressed.

    Attributes:
        has_error: an error is chosen.
        has_rows: some of its rows were read.
        has_record: there is a record under the cursor.
        has_other: its verdict names another account, which has what the record wants.
        has_marks: at least one record is marked.
        has_log: the archive holds at least one run.
        has_states: at least one error could be compared with the night before.
        has_decisions: somebody decided something.
        can_undo: something was decided or pasted in this session.
        has_log_address: the configuration names the Status Log page.
        refused: actions that can't be done with a night that is none of the log's.
        has_districts: the configuration tells of another district to go to.
    """

    place: Place = Place.LOG
    has_error: bool = False
    has_rows: bool = False
    has_record: bool = False
    has_other: bool = False
    has_marks: bool = False
    has_log: bool = False
    has_states: bool = False
    has_decisions: bool = False
    can_undo: bool = False
    has_log_address: bool = False
    refused: frozenset[str] = frozenset()
    has_districts: bool = False


def _can_always(_: Moment) -> None:
    return None


def _needs_log(moment: Moment) -> str | None:
    return None if moment.has_log else "The archive is empty: there is no log to filter yet."


def _needs_records(moment: Moment) -> str | None:
    return None if moment.has_log else "The archive is empty: there is nobody to find yet."


def _needs_something(moment: Moment) -> str | None:
    if moment.has_error or moment.has_record or moment.has_marks or moment.has_decisions:
        return None
    return "Choose an error or a record first: a decision is about one."


def _needs_states(moment: Moment) -> str | None:
    if moment.has_states:
        return None
    return "There is nothing to compare with yet: what is new is told from an import's second night on."


def _needs_done(moment: Moment) -> str | None:
    if moment.can_undo:
        return None
    return "Nothing was decided or pasted in this session that could be taken back."


def _needs_decisions(moment: Moment) -> str | None:
    return (
        None
        if moment.has_decisions
        else "Nothing was decided yet: m keeps a decision about an error or records."
    )


def _needs_rows(moment: Moment) -> str | None:
    if not moment.has_error:
        return "Choose an error first: only an error has records."
    if not moment.has_rows:
        return "None of this error's rows was read yet: O opens the log's page, then paste the rows here."
    return None


def _needs_record(moment: Moment) -> str | None:
    if moment.has_record or moment.has_marks:
        return None
    return _needs_rows(moment) or "Choose a record first."


def _needs_record_here(moment: Moment) -> str | None:
    return None if moment.has_record else _needs_rows(moment) or "There is no record under the cursor."


def _needs_other(moment: Moment) -> str | None:
    if moment.has_other:
        return None
    return _needs_record_here(moment) or "The verdict on this record names no other account in Schoology."


def _needs_marks(moment: Moment) -> str | None:
    return None if moment.has_marks else "No record is marked."


def _needs_log_address(moment: Moment) -> str | None:
    if moment.has_log_address:
        return None
    return "The log's address is not configured: set status_log under [schoology] to the address of the Status Log page."


def _needs_districts(moment: Moment) -> str | None:
    if moment.has_districts:
        return None
    return "There is no other district here: a configuration may hold several, as [district.NAME]."


def _needs_some_address(moment: Moment) -> str | None:
    return None if moment.has_log_address or moment.has_record or moment.has_marks else _needs_record(moment)


class Action(NamedTuple):
    """Something a key does.

    Attributes:
        id: its name in the configuration's [keys].
        keys: the defaults, in Textual's key names or as single characters.
        label: two or three words for the footer; "" keeps it out of there.
        help: one line for the help page, the palette and the README.
        places: where it works.
        rank: order in the footer, lower first.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    places: frozenset[Place] = EVERYWHERE
    why_not: Callable[[Moment], str | None] = _can_always
    rank: int = 50

    @property
    def method(self) -> str:
        """Name of the desk's method."""
        return "act_" + self.id.replace(".", "_")


ACTIONS: tuple[Action, ...] = (
    Action("cursor.up", ("up", "k"), "", "up"),
    Action("cursor.down", ("down", "j"), "", "down"),
    Action("cursor.left", ("left", "h"), "", "close, or column left"),
    Action("cursor.right", ("right", "l"), "", "open, or column right"),
    Action("page.up", ("pageup",), "", "page up"),
    Action("page.down", ("pagedown",), "", "page down"),
    Action("top", ("g", "home"), "", "first line"),
    Action("bottom", ("G", "end"), "", "last line"),
    Action("enter", ("enter",), "go in", "go in", rank=14),
    Action("back", ("escape",), "", "out, filter off, stop"),
    Action("place.next", ("tab",), "", "next place"),
    Action("place.previous", ("shift+tab",), "", "previous"),
    Action("open.user", ("o",), "open user page", "open the user's page", _ROWS, _needs_record, 10),
    Action(
        "open.other",
        ("H",),
        "other holder",
        "open the other holder's page",
        _ROWS,
        _needs_other,
        10,
    ),
    Action("copy", ("y",), "copy link", "copy the page's address", _ROWS, _needs_record, 11),
    Action("filter", ("/",), "filter", "filter the records", _ROWS, _needs_rows, 12),
    Action("sort", ("s",), "sort", "sort by column: up, down, as read", _ROWS, _needs_rows, 13),
    Action("common", ("c",), "in common", "what the rows have in common", why_not=_needs_rows, rank=16),
    Action("mark", ("space",), "mark", "mark it, or take the mark away", _ROWS, _needs_record_here, 14),
    Action("mark.all", ("A",), "", "mark all that are shown", _ROWS, _needs_rows),
    Action("unmark", ("U",), "", "take all marks away", _ROWS, _needs_marks),
    Action(
        "fold", ("space",), "fold", "open or close night or import", frozenset({Place.LOG}), _needs_log, 19
    ),
    Action("new", ("n",), "new only", "only new or back, or all", why_not=_needs_states, rank=15),
    Action("waiting", ("w",), "waiting", "only what waits for proof", why_not=_needs_decisions, rank=46),
    Action("mine", ("M",), "mine", "only mine, or all", why_not=_needs_decisions, rank=47),
    Action("accepted", ("a",), "accepted", "only accepted, or all", why_not=_needs_decisions, rank=48),
    Action(
        "find",
        ("f",),
        "find person",
        "find a person through all nights",
        why_not=_needs_records,
        rank=16,
    ),
    Action("impact", ("i",), "by impact", "worst first, or as listed", why_not=_needs_log, rank=44),
    Action("filter.log", ("F",), "filter log", "filter by import or message", why_not=_needs_log, rank=18),
    Action(
        "open.log", ("O",), "open log page", "open the Status Log page", why_not=_needs_log_address, rank=20
    ),
    Action("link", ("L",), "whole link", "show whole addresses", why_not=_needs_some_address, rank=40),
    Action("decide", ("m",), "decide", "accept, corrected, note, owner", why_not=_needs_something, rank=17),
    Action("undo", ("u",), "undo", "take back: last decision or paste", why_not=_needs_done, rank=46),
    Action(
        "export",
        ("E",),
        "work list",
        "work lists for the SIS",
        why_not=_needs_log,
        rank=22,
    ),
    Action("mask", ("*",), "mask", "mask persons, or show them", rank=48),
    Action("tonight", ("t",), "tonight", "check tonight's files", rank=23),
    Action("paste", ("p",), "paste", "how to paste the log or rows", rank=21),
    Action(
        "fetch",
        ("R",),
        "fetch",
        "fetch what is new from the site",
        why_not=_needs_log_address,
        rank=19,
    ),
    Action("reload", ("r",), "reload", "look into the archive again", rank=45),
    Action("district", ("D",), "district", "another district", why_not=_needs_districts, rank=44),
    Action("palette", ("ctrl+p",), "", "find an action by its name"),
    Action("help", ("?",), "keys", "all keys", rank=0),
    Action("quit", ("q",), "quit", "leave at once", rank=49),
)

OF_REAL_NIGHTS = frozenset(
    {
        "new",
        "waiting",
        "mine",
        "accepted",
        "decide",
        "undo",
        "export",
        "tonight",
        "paste",
        "fetch",
        "reload",
        "open.log",
    }
)
"""What can't be done with a night that is none of the log's."""

MOVES = frozenset({"cursor.up", "cursor.down", "page.up", "page.down", "top", "bottom"})
"""What moves the cursor of a place and does nothing else; keys that are held."""

BY_ID = {action.id: action for action in ACTIONS}

LEAVE_KEYS = ("ctrl+c", "ctrl+q")
"""Keys that always leave, whatever the configuration says and wherever the cursor is."""
