from __future__ import annotations

from datetime import timedelta
from itertools import count, permutations
from typing import TYPE_CHECKING

import pytest

from importlog_tui.archive import Archive
from importlog_tui.errors import SourceProblem, UsageProblem
from importlog_tui.model import ErrorReading, Format, Kind, Origin, Precision, Result, Trouble, When
from importlog_tui.refresh import Progress, bring_in
from tests.archive.dump import dump
from tests.archive.readings import NIGHT, PAGE, people, run, table, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from importlog_tui.model import Reading, RecordsReading


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive.db") as opened:
        yield opened


def a_log(minutes: float = 0, kind: Kind = Kind.USERS, **claims: int | None) -> Reading:
    """A run whose errors claim so many rows; underscores stand for blanks in a message."""
    errors = [
        ErrorReading(
            message.replace("_", " "), rows, f"https://app.example.org/import/{minutes}/{message}?page=1"
        )
        for message, rows in claims.items()
    ]
    return run(written(minutes), errors, kind=kind)


def rows_of(archive: Archive) -> dict[str, int]:
    """Rows read by message, the newest run's where a message stands in several."""
    return {error.message: error.rows_read for error in reversed(archive.errors())}


def named(name: str) -> Origin:
    return Origin(name, Format.TABLE)


def test_records_beside_their_error_are_its_records(archive: Archive) -> None:
    error = ErrorReading("Email", 2, records=table(people(1, 2)))
    outcome = bring_in(archive, [run(errors=[error])])
    assert rows_of(archive) == {"Email": 2}
    assert (outcome.runs, outcome.errors, outcome.records) == (1, 1, 2)
    assert (outcome.new_runs, outcome.new_errors, outcome.new_records) == (1, 1, 2)
    assert outcome.status == 0


def test_an_error_that_the_reader_names_gets_the_table(archive: Archive) -> None:
    bring_in(archive, [a_log(Email_in_use=2, Role=2)])
    role = archive.errors()[1]
    outcome = bring_in(archive, [table(people(1, 2), is_certain=False)], error_id=role.id)
    assert rows_of(archive) == {"Email in use": 0, "Role": 2}
    assert outcome.tables == [role.id]


def test_a_table_of_headings_alone_is_said_to_have_no_rows(archive: Archive) -> None:
    bring_in(archive, [a_log(Role=2)])
    outcome = bring_in(archive, [table([])], error_id=archive.errors()[0].id)
    assert [trouble.what for trouble in outcome.troubles] == ["a table without rows"]
    assert outcome.status == 0


def test_an_error_that_is_not_there_is_refused(archive: Archive) -> None:
    with pytest.raises(UsageProblem, match="no error 17"):
        bring_in(archive, [table(people(1, 2))], error_id=17)


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("at_once", [True, False])
def test_addresses_bring_pages_to_their_error(
    archive: Archive, order: tuple[int, ...], *, at_once: bool
) -> None:
    bring_in(archive, [a_log(Email=4, Role=4)])
    address = "https://lms.example.org/import/0/Role?page="
    pages = [
        table(people(n * 2 + 1, n * 2 + 2), first=n * 2 + 1, has_more=n == 0, addresses=(f"{address}{n}",))
        for n in range(2)
    ]
    pages.append(
        table(people(11, 14), addresses=("https://app.example.org/import/0/Email",), is_certain=False)
    )
    sets = [pages] if at_once else [[pages[at]] for at in order]
    for tables in sets:
        assert bring_in(archive, tables).status == 0
    assert [record.values["Unique ID"] for record in archive.records()] == [
        row[0] for row in [*people(11, 14), *people(1, 4)]
    ]
    assert archive.runs()[0].complete


def test_tables_find_their_error_in_a_log_that_comes_after_them_in_one_bringing_in(archive: Archive) -> None:
    address = ("https://app.example.org/import/0/Role",)
    assert bring_in(archive, [table(people(1, 2), addresses=address), a_log(Role=2)]).status == 0
    assert rows_of(archive) == {"Role": 2}


def test_an_address_that_two_nights_share_is_of_the_night_brought_in_with_it(archive: Archive) -> None:
    def night(minutes: float, first: int) -> list[Reading]:
        error = ErrorReading("Email", 2, "/saved/errors.html")
        return [
            run(written(minutes), [error]),
            table(people(first, first + 1), addresses=("/saved/errors.html",)),
        ]

    bring_in(archive, night(0, 1))
    bring_in(archive, night(1440, 5))
    assert [record.number for record in archive.records()] == [1, 2, 1, 2]
    assert [record.values["Unique ID"] for record in archive.records()] == [
        row[0] for row in people(5, 6) + people(1, 2)
    ]


@pytest.mark.parametrize(
    "reading",
    [
        table(people(1, 9), context=("Import errors", "Email already in use - 9 rows")),
        table(people(1, 9), origin=named("email_already-in_use.csv"), is_certain=False),
        table(people(1, 9), context=("EMAIL  ALREADY IN\u00a0USE",), is_certain=False),
        table(people(1, 3), context=("Email already in use",), has_more=True),
        table(people(1, 9), kind=Kind.USERS, when=written()),
    ],
)
def test_a_name_and_a_number_bring_a_table_to_its_error(archive: Archive, reading: RecordsReading) -> None:
    bring_in(
        archive,
        [
            a_log(Email_already_in_use=9, Email=9999, Missing_required_field=52),
            a_log(5, Kind.COURSES, Code=9),
        ],
    )
    assert bring_in(archive, [reading]).status == 0
    assert rows_of(archive)["Email already in use"] == len(list(archive.records()))
    assert len(list(archive.records())) in {3, 9}


@pytest.mark.parametrize(
    ("narrowed", "night"),
    [
        (table(people(1, 9), context=("Email in use",), when=written(1440)), 1),
        (table(people(1, 9), context=("Email in use",), when=written(0)), 0),
        (
            table(
                people(1, 9),
                context=("Email in use",),
                when=When("Mon", NIGHT + timedelta(hours=20), Precision.DAY),
            ),
            0,
        ),
        (
            table(
                people(1, 9),
                context=("Email in use",),
                when=When("Tue", NIGHT + timedelta(hours=30), Precision.DAY),
            ),
            1,
        ),
        (table(people(1, 9), context=("Email in use",)), None),
        (table(people(1, 7), context=("Email in use",), claimed=7), 2),
    ],
)
def test_a_name_that_stands_in_several_nights_needs_a_time_or_a_number(
    archive: Archive, narrowed: RecordsReading, night: int | None
) -> None:
    bring_in(
        archive,
        [
            a_log(0, Email_in_use=9),
            a_log(1440, Email_in_use=9),
            a_log(2880, Email_in_use=7),
            a_log(700, Role=3),
        ],
    )
    outcome = bring_in(archive, [narrowed])
    found = {error.run_id for error in archive.errors() if error.rows_read}
    times = {each.performed_at for each in archive.runs() if each.id in found}
    assert times == (set() if night is None else {NIGHT + timedelta(days=night)})
    assert len(outcome.unplaced) == (night is None)


def test_more_rows_than_an_error_has_are_not_its_rows(archive: Archive) -> None:
    bring_in(archive, [a_log(Email_in_use=9)])
    outcome = bring_in(archive, [table(people(1, 10), context=("Email in use",))])
    assert rows_of(archive) == {"Email in use": 0}
    assert len(outcome.unplaced) == 1


def test_a_table_without_a_place_is_not_kept_and_the_likeliest_errors_are_named(archive: Archive) -> None:
    bring_in(
        archive,
        [
            a_log(0, Email=3, Role=52, Grade=4),
            a_log(1440, Email=3, Whole=0),
            a_log(1441, Kind.COURSES, Code=7),
        ],
    )
    before = dump(archive.path)
    outcome = bring_in(archive, [table(people(1, 4), is_certain=False)])
    assert dump(archive.path) == before
    assert outcome.status == 2
    (unplaced,) = outcome.unplaced
    assert [choice.message for choice in unplaced.choices] == ["Grade", "Code", "Email", "Email", "Role"]
    assert unplaced.choices[0].label == "Users Import"
    assert unplaced.choices[0].performed_at is not None


def test_the_choices_begin_with_what_the_tables_own_words_say(archive: Archive) -> None:
    bring_in(archive, [a_log(0, Email=3, Role=52), a_log(1440, Email=3), a_log(1445, Kind.COURSES, Code=3)])
    outcome = bring_in(archive, [table(people(1, 3), context=("Email",))])
    (unplaced,) = outcome.unplaced
    assert unplaced.rows == 3
    assert [choice.message for choice in unplaced.choices] == ["Email", "Email", "Code", "Role"]


@pytest.mark.parametrize("tell", ["page", "reader"])
def test_records_of_a_known_kind_are_kept_without_their_log(archive: Archive, tell: str) -> None:
    told = Kind.ENROLLMENTS if tell == "page" else None
    outcome = bring_in(
        archive, [table(people(1, 3), kind=told, origin=named("rows.csv"))], kind=Kind.ENROLLMENTS
    )
    (found,) = archive.runs()
    assert (found.kind, found.label, found.result) == (Kind.ENROLLMENTS, "Course Enrollments", Result.UNKNOWN)
    assert found.performed_at is None
    (error,) = archive.errors()
    assert error.message == "Affected records from rows.csv"
    assert (error.rows_affected, error.rows_read, error.complete) == (3, 3, True)
    assert found.complete
    assert not found.errors_listed
    assert outcome.status == 0


def test_a_bare_table_is_not_taken_for_records_though_its_kind_is_told(archive: Archive) -> None:
    outcome = bring_in(archive, [table(people(1, 3), is_certain=False)], kind=Kind.USERS)
    assert archive.runs() == []
    assert outcome.status == 2


def test_the_same_records_without_a_log_are_kept_once(archive: Archive) -> None:
    bring_in(archive, [table(people(1, 3), origin=named("monday.csv"))], kind=Kind.USERS)
    before = dump(archive.path)
    outcome = bring_in(archive, [table(people(1, 3), origin=named("monday.csv"))], kind=Kind.USERS)
    assert outcome.new_records == 0
    assert dump(archive.path) == before
    bring_in(archive, [table(people(1, 3), origin=named("copy of monday.csv"))], kind=Kind.USERS)
    assert len(list(archive.records())) == 3
    assert archive.runs()[0].origin == "copy of monday.csv; monday.csv"


def test_other_records_of_the_same_file_name_are_kept_beside(archive: Archive) -> None:
    for first in (1, 5, 2):
        bring_in(archive, [table(people(first, first + 2), origin=named("rows.csv"))], kind=Kind.USERS)
    assert sorted(record.values["Unique ID"] for record in archive.records()) == sorted(
        row[0] for first in (1, 5, 2) for row in people(first, first + 2)
    )


def test_pages_of_one_table_without_a_log_are_one_table(archive: Archive) -> None:
    address = "https://app.example.org/import/7?page="
    for at in (0, 1):
        page = table(
            people(at * 5 + 1, at * 5 + 5),
            claimed=10,
            first=at * 5 + 1,
            addresses=(f"{address}{at}",),
            kind=Kind.USERS,
        )
        bring_in(archive, [page])
    (error,) = archive.errors()
    assert (error.rows_affected, error.rows_read, error.complete) == (10, 10, True)


def test_troubles_make_it_part_and_nothing_understood_is_nothing(archive: Archive) -> None:
    trouble = Trouble(PAGE, "line 4 could not be understood")
    remark = Trouble(PAGE, "the page was saved in Arabic", is_part=False)
    assert bring_in(archive, []).status == 2
    assert bring_in(archive, [trouble]).status == 2
    outcome = bring_in(archive, [trouble, a_log(Email=1)])
    assert (outcome.status, outcome.troubles) == (1, [trouble])
    assert bring_in(archive, [remark, a_log(Email=1)]).status == 0


def test_a_source_that_breaks_off_leaves_what_came_before_it(archive: Archive) -> None:
    def readings() -> Iterator[Reading]:
        yield a_log(Email=1)
        raise SourceProblem("it is no log", where="b.html")

    outcome = bring_in(archive, readings())
    assert outcome.status == 1
    assert "b.html: it is no log" in str(outcome.troubles[0])
    assert len(archive.runs()) == 1


def test_what_was_read_until_it_was_stopped_is_kept_as_part(archive: Archive) -> None:
    asked = count()
    readings: list[Reading] = [
        run(written(0), [ErrorReading("Email", None, records=table(people(1, 50_000)))]),
        run(written(1440), [ErrorReading("Email", None, records=table(people(1, 50)))]),
    ]
    outcome = bring_in(archive, readings, cancelled=lambda: next(asked) >= 9)
    assert outcome.stopped
    assert outcome.status == 1
    assert len(archive.runs()) == 2
    read = [error.rows_read for error in archive.errors()]
    assert read[0] == 0
    assert 1_000 <= read[1] <= 10_000
    assert not any(error.complete for error in archive.errors())
    assert len(list(archive.records())) == sum(read)


def test_a_stop_is_asked_for_about_every_thousand_rows(archive: Archive) -> None:
    asked = count()
    bring_in(
        archive,
        [run(errors=[ErrorReading("Email", None, records=table(people(1, 20_000)))])],
        cancelled=lambda: next(asked) < 0,
    )
    assert 20 <= next(asked) <= 25


def test_progress_tells_the_rows_and_what_is_read_but_not_at_every_row(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = count()
    monkeypatch.setattr("importlog_tui.refresh.time.monotonic", lambda: next(clock) / 20)
    told: list[Progress] = []
    bring_in(
        archive,
        [run(errors=[ErrorReading("Email", None, records=table(people(1, 20_000)))])],
        progress=told.append,
    )
    assert 5 <= len(told) <= 12
    assert [each.rows for each in told] == sorted(each.rows for each in told)
    assert told[-1].rows >= 18_000
    assert str(told[-1].origin) == "table.csv"


def an_early_page(
    first: int = 1, *, when: When | None = None, addresses: tuple[str, ...] = ()
) -> RecordsReading:
    return table(
        people(first, first + 1),
        kind=Kind.USERS,
        when=when,
        addresses=addresses,
        context=("Role",),
        origin=named("b.html"),
    )


@pytest.mark.parametrize(
    "page",
    [
        an_early_page(when=written(0)),
        an_early_page(addresses=("https://app.example.org/import/0/Role",)),
    ],
)
def test_records_that_came_before_their_log_are_put_to_it_when_it_comes(
    archive: Archive, page: RecordsReading
) -> None:
    bring_in(archive, [page])
    ids = [record.id for record in archive.records()]
    bring_in(archive, [a_log(1440, Email=2), a_log(0, Role=2, Email=2)])
    assert rows_of(archive) == {"Email": 0, "Role": 2}
    assert [record.id for record in archive.records()] == ids
    assert [found.label for found in archive.runs()] == ["Users Import"] * 2
    assert archive.runs()[1].origin == "b.html; log.html"


def test_records_that_tell_neither_time_nor_address_stay_by_themselves(archive: Archive) -> None:
    bring_in(archive, [an_early_page()])
    bring_in(archive, [a_log(0, Role=2)])
    assert rows_of(archive) == {"Role": 0, "Affected records from b.html": 2}


def test_records_that_came_before_a_log_with_the_same_records_are_kept_once(archive: Archive) -> None:
    bring_in(archive, [an_early_page(when=written(0))])
    bring_in(archive, [run(written(0), [ErrorReading("Role", 2, records=table(people(1, 2)))])])
    assert len(list(archive.records())) == 2
    assert len(archive.runs()) == 1


def test_records_that_are_not_those_of_the_log_stay_by_themselves(archive: Archive) -> None:
    bring_in(archive, [an_early_page(7, when=written(0))])
    before = list(archive.records())
    bring_in(archive, [run(written(0), [ErrorReading("Role", 2, records=table(people(1, 2)))])])
    assert rows_of(archive) == {"Role": 2, "Affected records from b.html": 2}
    assert list(archive.records(error_id=before[0].error_id)) == before


@pytest.mark.parametrize("order", ["together", "log first", "table first"])
def test_a_table_that_names_its_error_makes_it_in_the_run_whose_log_lacks_it(
    archive: Archive, order: str
) -> None:
    log = a_log(Role=9)
    rows = table(
        people(1, 5),
        kind=Kind.USERS,
        when=written(),
        claimed=5,
        message="Email already in use",
        is_certain=True,
    )
    steps: dict[str, list[list[Reading]]] = {
        "together": [[rows, log]],
        "log first": [[log], [rows]],
        "table first": [[rows], [log]],
    }
    for readings in steps[order]:
        bring_in(archive, readings)

    (found,) = archive.runs()
    assert found.result is Result.COMPLETED_WITH_ERRORS
    assert rows_of(archive) == {"Role": 0, "Email already in use": 5}
    assert {error.message: error.rows_affected for error in archive.errors()} == {
        "Role": 9,
        "Email already in use": 5,
    }


def test_a_table_that_names_its_error_is_not_given_to_another_of_the_same_number(archive: Archive) -> None:
    bring_in(archive, [a_log(Role=5)])
    bring_in(
        archive, [table(people(1, 5), kind=Kind.USERS, when=written(), claimed=5, message="Email in use")]
    )

    assert rows_of(archive) == {"Role": 0, "Email in use": 5}


def test_a_table_that_names_its_error_is_kept_under_its_message_without_any_log(archive: Archive) -> None:
    bring_in(archive, [table(people(1, 5), kind=Kind.USERS, when=written(), message="Email in use")])

    assert rows_of(archive) == {"Email in use": 5}
