"""A filing that is taken back leaves the archive as it was, whatever it did."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importlog_tui.archive import Archive
from importlog_tui.archive.undoing import Change
from importlog_tui.model import ErrorReading, Mark, MarkKind
from importlog_tui.refresh import bring_in
from tests.archive.readings import run, table
from tests.archive.test_any_order import nights

_APART = ("texts", "mentions", "search", "headings", "counters", "sqlite")
"""What only grows, or counts what only grows."""


def held(archive: Archive) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all other tables."""
    with archive._connections.one() as connection:
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return {
            name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)  # noqa: S608
            for (name,) in names
            if not name.startswith(_APART)
        }


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(st.data())
def test_whatever_was_filed_last_leaves_nothing_when_it_is_taken_back(data: st.DataObject) -> None:
    makes = data.draw(nights())
    cut = data.draw(st.integers(0, len(makes)))
    changes: list[Change] = []
    with tempfile.TemporaryDirectory() as folder, Archive.open(Path(folder, "archive.db")) as archive:
        bring_in(archive, [make() for make in makes[:cut]])
        before = held(archive)
        bring_in(archive, [make() for make in makes[cut:]], changes=changes)
        stamp = archive.stamp()

        assert archive.take_back(changes[0])

        assert held(archive) == before
        assert archive.stamp() > stamp
        with archive._connections.one() as connection:
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_rows_that_went_to_the_wrong_error_are_taken_from_it(tmp_path: Path) -> None:
    changes: list[Change] = []
    with Archive.open(tmp_path / "archive.db") as archive:
        bring_in(archive, [run(errors=[ErrorReading("Email", 2), ErrorReading("Role", 2)])])
        wrong = archive.errors()[1]
        rows = [("1", "Lopez", "Maria"), ("2", "Nguyen", "An")]
        bring_in(archive, [table(rows)], error_id=wrong.id, changes=changes)
        assert archive.errors(error_id=wrong.id)[0].complete

        assert archive.take_back(changes[0])

        assert archive.errors(error_id=wrong.id) == [wrong]
        assert list(archive.records()) == []
        assert archive.find("lopez") == []
        bring_in(archive, [table(rows)], error_id=archive.errors()[0].id)
        assert [hit.message for hit in archive.find("lopez")] == ["Email"]


def test_nothing_is_taken_back_from_under_what_came_after_it(tmp_path: Path) -> None:
    changes: list[Change] = []
    with Archive.open(tmp_path / "archive.db") as archive:
        bring_in(archive, [run(errors=[ErrorReading("Email", 2)])], changes=changes)
        made = Mark(MarkKind.NOTE, "jo", datetime(2026, 11, 23, tzinfo=UTC), "asked the registrar")
        archive.mark(made, error_id=archive.errors()[0].id)
        before = held(archive)

        assert not archive.take_back(changes[0])

        assert held(archive) == before
