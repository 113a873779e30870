"""Files as they lie: whatever is wrong with one as a whole is said once, with the count; lines are those of the file."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
import xlwt

from importlog_tui.archive import Archive
from importlog_tui.errors import UsageProblem
from importlog_tui.tonight import check
from importlog_tui.triage.preflight.findings import changed_headings
from tests.preflight.files import (
    HOW,
    Row,
    changed,
    checking,
    courses,
    enrollments,
    found,
    sent_before,
    text,
    users,
    write,
)


def renamed(rows: list[Row], **names: str) -> list[Row]:
    return [{names.get(key.replace(" ", "_"), key): value for key, value in row.items()} for row in rows]


def messages(
    folder: Path, content: str | bytes, *, kept: Archive | None = None, name: str = "users"
) -> list[str]:
    with checking(folder, {name: content}, kept=kept) as tonight:
        return [one.message for one in tonight.told.findings]


CLEAN = text(users())
FORMS: dict[str, str | bytes] = {
    "byte order mark": "\ufeff" + CLEAN,
    "semicolons": CLEAN.replace(",", ";"),
    "tabs": CLEAN.replace(",", "\t"),
    "carriage returns": CLEAN.replace("\r\n", "\r"),
    "line feeds": CLEAN.replace("\r\n", "\n"),
    "quotes": "\r\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in CLEAN.splitlines()),
    "blank lines": "\r\n\r\n" + CLEAN.replace("\r\n", "\r\n\r\n"),
    "a cell of 5 MB": CLEAN.replace("Maria", "M" * 5_000_000),
    "no end of line": CLEAN.rstrip(),
}


@pytest.mark.parametrize("form", FORMS)
def test_however_it_is_written_it_is_read_whole(tmp_path: Path, form: str) -> None:
    with checking(tmp_path, {"users": FORMS[form]}) as tonight:
        (file,) = tonight.told.files
        assert file.roster.rows == 4
        assert tonight.told.findings == []
        assert tonight.status == 0


def test_lines_are_those_of_the_file_where_cells_have_breaks(tmp_path: Path) -> None:
    broken = (
        CLEAN.replace("Maria", '"Ma\r\n\r\nria"')
        .replace("anguyen,", "a nguyen,")
        .replace("aokafor,", '"a\nkafor",')
    )

    assert found(tmp_path, {"users": broken})["users.username-characters"] == [6, 7]


@pytest.mark.parametrize(("content", "lines"), [("Muñoz\r\nx", [3]), ("Muñoz", [3])])
def test_bytes_that_are_no_utf8_are_found_in_their_rows(
    tmp_path: Path, content: str, lines: list[int]
) -> None:
    rows = CLEAN.replace("Lopez,mlopez", f'"{content}",mlopez').encode("cp1252")

    assert found(tmp_path, {"users": rows}) == {"file.encoding": lines}


def test_another_encoding_hits_every_row(tmp_path: Path) -> None:
    with checking(tmp_path, {"users": CLEAN.encode("utf-16")}) as tonight:
        (finding,) = tonight.told.findings
        assert (finding.rule.id, finding.rows, finding.is_every) == ("file.encoding", 4, True)
        assert "UTF-16" in finding.message


def test_a_header_that_is_not_recognised_is_one_finding_that_hits_every_row(tmp_path: Path) -> None:
    with checking(tmp_path, {"users": renamed(users(), User_Unique_ID="Stud Nr")}) as tonight:
        (finding,) = tonight.told.findings
        assert (finding.rule.id, finding.rows, finding.is_every, finding.line) == ("file.header", 4, True, 1)
        assert finding.message.endswith("User Unique ID; headings that are not known: “Stud Nr”")


@pytest.mark.parametrize("name", ["users", "enrollments"])
def test_a_header_that_is_missing(tmp_path: Path, name: str) -> None:
    rows = CLEAN.split("\r\n", 1)[1]

    assert messages(tmp_path, rows, name=name) == [
        "a required column is not there, or not known by its heading: the first line holds no heading that is known"
    ]


@pytest.mark.parametrize("content", ["", " \r\n\r\n", CLEAN.splitlines()[0]])
def test_an_empty_file(tmp_path: Path, content: str) -> None:
    assert messages(tmp_path, content) == ["the file has no rows"]


def test_a_heading_that_stands_twice(tmp_path: Path) -> None:
    twice = "\r\n".join(f"{line},{line.split(',')[4]}" for line in CLEAN.splitlines())

    assert messages(tmp_path, twice) == ["a heading stands twice: “Email”"]


def test_rows_of_other_widths(tmp_path: Path) -> None:
    head, one, two, three, four = CLEAN.splitlines()
    ragged = "\r\n".join((head, one, f"{two},more,cells", ",".join(three.split(",")[:6]), four)) + "\r\n"

    assert found(tmp_path, {"users": ragged})["file.ragged"] == [3, 4]


def test_a_file_that_breaks_off(tmp_path: Path) -> None:
    with checking(tmp_path, {"users": CLEAN[:-40]}) as tonight:
        assert tonight.told.findings[0].rule.id == "file.cut-off"
        assert tonight.status == 1


def test_headings_against_the_extract_before(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive.sqlite") as kept:
        sent_before(kept, tmp_path, {"users": users()})
        other = renamed(users(), School="Building")
        first, *rest = users()[0]
        turned = [{key: row[key] for key in (*rest, first)} for row in users()]
        longer = [row | {"Note": "x"} for row in users()]

        assert messages(tmp_path / "a", text(other), kept=kept) == [
            "the headings are not those of the last extract: “School” is gone, “Building” came"
        ]
        assert messages(tmp_path / "b", text(turned), kept=kept) == [
            "the headings are not those of the last extract: their order is another one"
        ]
        assert messages(tmp_path / "c", text(longer), kept=kept) == []
    assert not changed_headings(("A",), ("A", "B"))


def test_an_xls_with_too_many_rows(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Users")
    for place, heading in enumerate(users()[0]):
        sheet.write(0, place, heading)
    for line in range(1, 10_002):
        for place, cell in enumerate((str(line), "A", "B", f"u{line}", "", "HS", "Student", "")):
            sheet.write(line, place, cell)
    path = tmp_path / "users.xls"
    book.save(str(path))

    with check([path], HOW) as tonight:
        assert [one.rule.id for one in tonight.told.findings] == ["file.xls-rows"]


def test_a_spreadsheet_and_a_zip(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "courses.xlsx"))
    sheet = book.add_worksheet()
    for line, row in enumerate([list(courses()[0]), *(list(row.values()) for row in courses())]):
        for place, cell in enumerate(row):
            sheet.write_string(line, place, cell)
    book.close()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("users.csv", CLEAN)
        archive.writestr("enrollments.csv", text(changed("enrollments", (4, "User Unique ID", "9"))))
    path = write(tmp_path / "tonight.zip", packed.getvalue())

    with check([tmp_path / "courses.xlsx", path], HOW) as tonight:
        assert [one.rule.id for one in tonight.told.findings] == ["enrollments.user-unknown"]
        assert len(tonight.told.files) == 3


def test_two_files_of_a_kind_are_refused_and_of_a_folder_the_newest_is_taken(tmp_path: Path) -> None:
    import os

    old, new = (
        write(tmp_path / "old" / "users.csv", users()),
        write(tmp_path / "new" / "users.csv", users()[:2]),
    )
    os.utime(old, (1_700_000_000, 1_700_000_000))

    with pytest.raises(UsageProblem, match="two files hold users"), check([old, new], HOW):
        pass
    with check([tmp_path], HOW) as tonight:
        assert [file.roster.rows for file in tonight.told.files] == [2]
        assert [str(one) for one in tonight.troubles if "left out" in str(one)]


def test_what_cannot_be_read_is_said_and_the_rest_checked(tmp_path: Path) -> None:
    good = write(tmp_path / "users.csv", changed("users", (2, "Last Name", "")))
    bad = write(tmp_path / "courses.csv", bytes(range(256)) * 50)

    with check([bad, tmp_path / "nothing.csv", good], HOW) as tonight:
        assert [one.rule.id for one in tonight.told.findings] == ["users.no-last-name"]
        assert len(tonight.unreadable) == 2
        assert tonight.status == 2


def test_enrollments_alone_are_held_against_what_is_kept(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "archive.sqlite") as kept:
        assert found(tmp_path / "a", {"enrollments": enrollments()}, kept=kept) == {}
        sent_before(kept, tmp_path, {"users": users()[:2], "courses": courses()})
        assert found(tmp_path / "b", {"enrollments": enrollments()}, kept=kept) == {
            "enrollments.user-unknown": [6, 7]
        }


def test_the_scratch_file_is_gone_and_the_kept_archive_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    with Archive.open(tmp_path / "archive.sqlite") as kept:
        sent_before(kept, tmp_path, {"users": users()})
        stamp, rosters = kept.stamp(), kept.rosters()
        with checking(tmp_path, {"users": CLEAN}, kept=kept):
            assert len(list((tmp_path / "temporary").iterdir())) == 1
        assert (kept.stamp(), kept.rosters()) == (stamp, rosters)
    assert list((tmp_path / "temporary").iterdir()) == []
