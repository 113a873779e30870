"""People and sections found through all nights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from importlog_tui.archive import Archive
from importlog_tui.model import ErrorReading, Kind
from importlog_tui.refresh import bring_in
from tests.archive.readings import people, run, table, written
from tests.archive.test_cost import statements

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COLUMNS = ("Unique ID", "Last Name", "First Name")
LOPEZ = ("0204117", "López", "María")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as opened:
        for day in range(3):
            rows = [*((f"{n}", "Nguyen", "An") for n in range(500, 521)), LOPEZ]
            bring_in(opened, [run(written(day * 1440), [ErrorReading("Email", 22, records=table(rows))])])
        rows = [("eng9", "03", "0204117"), ("eng9", "04", "0204118")]
        errors = [
            ErrorReading(
                "No section", 2, records=table(rows, columns=("Course Code", "Section Code", "Unique ID"))
            )
        ]
        bring_in(opened, [run(written(2880 + 10), errors, kind=Kind.ENROLLMENTS)])
        yield opened


@pytest.mark.parametrize("text", ["lop mar", "MARÍA", "lópez", "Lopez, Maria 0204117", "4117", "aria pez"])
def test_a_person_is_found_by_any_part_with_all_nights_and_enrollments(archive: Archive, text: str) -> None:
    hits = [hit for hit in archive.find(text) if hit.record.subject.user == "0204117"]
    assert [hit.run.kind for hit in hits] == [Kind.ENROLLMENTS, Kind.USERS, Kind.USERS, Kind.USERS]
    assert hits[0].message == "No section"


def test_every_word_has_to_stand_somewhere(archive: Archive) -> None:
    assert archive.find("lop zzz") == []
    assert archive.find('lop" OR "mar') == []


def test_a_section_is_found_by_its_code(archive: Archive) -> None:
    assert (
        len({hit.record.subject.section for hit in archive.find("eng9") if hit.record.subject.section}) == 2
    )


def test_too_little_to_look_for_is_refused(archive: Archive) -> None:
    with pytest.raises(ValueError, match="l"):
        archive.find("l m")


@pytest.mark.parametrize(
    ("text", "users"),
    [
        ("an", {f"{n}" for n in range(500, 521)}),  # a whole name, though María and eng9 have it in them
        ("ng", {f"{n}" for n in range(500, 521)}),  # no whole name: what begins with it
        ("ng an", {f"{n}" for n in range(500, 521)}),
        ("lo ma", {"0204117"}),
        ("lo zz", set()),
        ("pez an", set()),  # An is nobody's part here whose name has "pez" in it
        ("03", {"0204117"}),
    ],
)
def test_two_letters_find_whole_names_or_what_begins_with_them(
    archive: Archive, text: str, users: set[str]
) -> None:
    archive.index()
    if text == "ng":
        bring_in(archive, [run(written(9000), [ErrorReading("Name", 1, records=table([("9", "Ng", "Li")]))])])
        assert {hit.record.subject.user for hit in archive.find(text)} == {"9"}
        text = "ngu"
    assert {hit.record.subject.user for hit in archive.find(text)} == users


@pytest.mark.parametrize("text", ["lop mar", "an", "ma", "zzz", "4117"])
def test_a_search_looks_at_no_more_in_a_hundred_times_as_many_records(tmp_path: Path, text: str) -> None:
    def looked(many: int) -> int:
        with Archive.open(tmp_path / f"{many}-{text}.db") as archive:
            others = [(f"{n:07}", f"Brown{n}", f"Kim{n}") for n in range(many)]
            rows = [*others, LOPEZ, ("0500001", "Nguyen", "An")]
            bring_in(archive, [run(errors=[ErrorReading("Email", len(rows), records=table(rows))])])
            archive.index()
            steps = 0

            def count() -> int:
                nonlocal steps
                steps += 1
                return 0

            with archive._connections.one() as connection:
                connection.set_progress_handler(count, 1)
            archive.find(text)
            with archive._connections.one() as connection:
                connection.set_progress_handler(None, 0)
            return steps

    # Steps of SQLite's machine, not time: a scan would take a hundred times as many.
    assert looked(5_000) < 3 * looked(50) + 500


def test_what_was_replaced_is_not_found_any_more(archive: Archive) -> None:
    part = ErrorReading("Role", 3, records=table([("1", "Onlyhere", "X")], has_more=True))
    bring_in(archive, [run(written(5000), [part])])
    assert len(archive.find("onlyhere")) == 1
    whole = ErrorReading("Role", 3, records=table(people(1, 3)))
    bring_in(archive, [run(written(5000), [whole])])
    assert archive.find("onlyhere") == []


def test_a_search_is_answered_from_the_index(archive: Archive) -> None:
    archive.find("lop mar")
    with statements(archive) as asked:
        archive.find("lop mar")
    looked = [statement for statement in asked if "search MATCH" in statement]
    assert looked
    with archive._connections.one() as connection:
        for statement in looked:
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
            scans = [step for step in plan if step.startswith("SCAN") and "VIRTUAL TABLE" not in step]
            assert scans in ([], ["SCAN h"]), plan


def test_an_index_that_was_not_finished_is_finished_later(archive: Archive) -> None:
    calls = iter([False, False])
    bring_in(
        archive,
        [run(written(9000), [ErrorReading("Late", 1, records=table([("7", "Latecomer", "X")]))])],
        cancelled=lambda: next(calls, True),
    )
    archive.index()
    assert archive.is_indexed()
