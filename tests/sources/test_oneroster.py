"""OneRoster packages, as a ZIP file and as its folder, in both versions."""

from __future__ import annotations

import os
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from importlog_tui.fields import Field
from importlog_tui.model import Kind, Trouble
from importlog_tui.roster import RosterReading, Witness
from importlog_tui.sources import sis
from importlog_tui.sources.sis import packed as packed_room
from importlog_tui.sources.sis.passwords import INSTEAD
from tests.sources import packages
from tests.sources.packages import district, packed, unpacked
from tests.sources.reading import how, readings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from importlog_tui.roster import AnyReading, RosterReadings

VERSIONS = ("1.1", "1.2")
Row = dict[str, str]


class Read:
    """A package, read: its rows by kind, and what was said of it."""

    def __init__(self, found: list[RosterReadings] | list[AnyReading]) -> None:
        self.tables = {each.kind: each for each in found if isinstance(each, RosterReading)}
        self.troubles = [each for each in found if isinstance(each, Trouble)]
        self.lines: dict[Kind, list[int | None]] = {}
        self.rows: dict[Kind, list[Row]] = {}
        for kind, table in self.tables.items():
            given = list(table.rows)
            self.lines[kind] = [line for line, _ in given]
            self.rows[kind] = [dict(zip(table.columns, cells, strict=True)) for _, cells in given]

    def meaning(self, kind: Kind, *fields: Field) -> list[tuple[str, ...]]:
        headings = {field: heading for heading, field in self.tables[kind].fields.items()}
        return [tuple(row[headings[field]] for field in fields) for row in self.rows[kind]]


def read(path: Path, **known: Any) -> Read:
    return Read(list(sis.read(path, how(**known), Witness.SIS)))


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["zip", "zip with a folder", "folder"])
def package(request: pytest.FixtureRequest, version: str, tmp_path: Path) -> Path:
    files = district(version)
    if request.param == "folder":
        return unpacked(tmp_path / "export", files)
    return packed(tmp_path / "export.zip", files, "OneRoster/" if "with" in request.param else "")


def test_users_come_out_in_schoologys_shape(package: Path) -> None:
    found = read(package)
    assert found.meaning(Kind.USERS, Field.UNIQUE_ID, Field.LAST_NAME, Field.FIRST_NAME, Field.USERNAME, Field.EMAIL) == [
        ("usr-t", "Castellane", "Ruth", "rcastellane", "RCastellane@example.org"),
        ("0204117", "López", "Maria", "mlopez", "mlopez@example.org"),
        ("usr-a", "O'Neil, Jr.", "Al", "aide", ""),
    ]  # fmt: skip
    assert found.meaning(Kind.USERS, Field.ROLE, Field.SCHOOL, Field.ADDITIONAL_SCHOOLS, Field.STATUS) == [
        ("teacher", "0450", "0310", "Active"),
        ("student", "0450", "", "Active"),
        ("aide", "org-x", "", "Inactive"),
    ]


def test_sections_carry_their_course_terms_and_school(package: Path) -> None:
    found = read(package)
    codes = (
        Field.COURSE_CODE,
        Field.SECTION_CODE,
        Field.SECTION_SCHOOL_CODE,
        Field.SCHOOL,
        Field.GRADING_PERIOD,
    )
    assert found.meaning(Kind.COURSES, *codes) == [
        ("ENG9", "01", "cls-1", "0450", "Semester 1, Semester 2"),
        ("crs-a", "", "cls-2", "org-x", "Semester 1"),
    ]
    assert found.meaning(Kind.COURSES, Field.COURSE_NAME, Field.SECTION_NAME) == [
        ("English 9", "English 9 - 01"),
        ("Art", 'Art, "open" studio'),
    ]
    (said,) = found.troubles
    assert not said.is_part
    assert said.what.endswith("not kept: 1 of courses.csv (crs-z)")


def test_enrollments_carry_the_codes_of_their_section(package: Path) -> None:
    found = read(package)
    fields = (
        Field.COURSE_CODE,
        Field.SECTION_CODE,
        Field.SECTION_SCHOOL_CODE,
        Field.UNIQUE_ID,
        Field.ENROLLMENT_TYPE,
        Field.SCHOOL,
    )
    assert found.meaning(Kind.ENROLLMENTS, *fields) == [
        ("ENG9", "01", "cls-1", "usr-t", "1", "0450"),
        ("ENG9", "01", "cls-1", "0204117", "2", "0450"),
        ("crs-a", "", "cls-2", "usr-a", "aide", "org-x"),
        ("", "", "cls-gone", "usr-gone", "2", "0450"),
    ]
    assert found.lines[Kind.ENROLLMENTS] == [2, 3, 4, 5]


def test_every_column_is_kept_with_every_cell(package: Path, version: str) -> None:
    files, found = district(version), read(package)
    for name, kind in (("users", Kind.USERS), ("classes", Kind.COURSES), ("enrollments", Kind.ENROLLMENTS)):
        columns, rows = packages.rows_of(files[f"{name}.csv"])
        kept = [{column: row[f"{name}.{column}"] for column in columns} for row in found.rows[kind]]
        for row in rows:
            if row.get("password"):
                row["password"] = INSTEAD
        assert kept == rows
    beside = {
        "courses": Kind.COURSES,
        "academicSessions": Kind.COURSES,
        "orgs": Kind.USERS,
        "demographics": Kind.USERS,
    }
    if version == "1.2":
        beside |= dict.fromkeys(packages.NOT_IN_11, Kind.USERS)
    for name, kind in beside.items():
        columns, _ = packages.rows_of(files[f"{name}.csv"])
        assert {f"{name}.{column}" for column in columns} <= set(found.tables[kind].columns)


def test_what_belongs_to_one_row_stands_line_by_line(tmp_path: Path) -> None:
    found = read(packed(tmp_path / "export.zip", district("1.2")))
    teacher, pupil, _ = found.rows[Kind.USERS]
    assert teacher["roles.sourcedId"] == "rol-2\nrol-1"
    assert teacher["roles.orgSourcedId"] == "org-hs\norg-ms"
    assert (
        teacher["orgs.name"]
        == "Marsh Hill High School\nFenwick Middle School\nExample Central School District"
    )
    assert teacher["userProfiles.username"] == "rcastellane"
    assert pupil["demographics.birthDate"] == "2012-05-01"
    assert pupil["roles.role"] == "student"
    section = found.rows[Kind.COURSES][0]
    assert section["academicSessions.title"] == "Semester 1\nSemester 2\n2026-27"
    assert section["classes.metadata.room"] == "Room 12, east"


def test_passwords_are_never_kept(package: Path) -> None:
    found = read(package)
    assert found.rows[Kind.USERS][1]["users.password"] == INSTEAD
    assert found.rows[Kind.USERS][0]["users.password"] == ""
    assert "s3cret" not in str(found.rows)


def test_the_district_may_say_which_column_is_the_key(tmp_path: Path) -> None:
    path = packed(tmp_path / "export.zip", district("1.1"))
    own = {"users.identifier": Field.UNIQUE_ID, "classes.classCode": Field.SECTION_SCHOOL_CODE}
    found = read(path, columns=own)
    assert found.meaning(Kind.USERS, Field.UNIQUE_ID) == [("100214",), ("204117",), ("",)]
    assert found.meaning(Kind.ENROLLMENTS, Field.UNIQUE_ID, Field.SECTION_SCHOOL_CODE)[:2] == [
        ("100214", "01"),
        ("204117", "01"),
    ]


def test_a_delta_is_no_whole_extract(version: str, tmp_path: Path) -> None:
    whole = read(packed(tmp_path / "bulk.zip", district(version)))
    delta = read(packed(tmp_path / "delta.zip", district(version, "delta")))
    assert [table.is_whole for table in whole.tables.values()] == [True, True, True]
    assert [table.is_whole for table in delta.tables.values()] == [False, False, False]


def test_a_package_is_told_without_a_word_on_what_it_is(package: Path) -> None:
    found = Read(readings(package))
    assert {kind: len(rows) for kind, rows in found.rows.items()} == {
        Kind.USERS: 3, Kind.COURSES: 2, Kind.ENROLLMENTS: 4,
    }  # fmt: skip
    assert all(table.witness is Witness.SIS for table in found.tables.values())


def test_the_time_of_a_package_is_one_for_all_its_tables(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "export", district())
    for number, file in enumerate(sorted(folder.iterdir())):
        os.utime(file, (1_700_000_000 + number, 1_700_000_000 + number))
    found = read(folder)
    assert len({table.taken_at for table in found.tables.values()}) == 1
    (taken,) = {table.taken_at for table in found.tables.values()}
    assert taken is not None
    assert taken.timestamp() == 1_700_000_007


def test_without_a_manifest_it_must_be_called_an_extract(tmp_path: Path) -> None:
    files = district("1.1")
    del files["manifest.csv"]
    path = packed(tmp_path / "export.zip", files)
    assert {kind: len(rows) for kind, rows in read(path).rows.items()}[Kind.ENROLLMENTS] == 4
    assert Read(readings(path)).tables == {}
    assert "--as sis" in Read(readings(path)).troubles[0].remedy


def test_one_file_alone_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "enrollments.csv"
    path.write_text("\ufeff" + packages.ENROLLMENTS, encoding="utf-8")
    found = read(path)
    assert found.meaning(Kind.ENROLLMENTS, Field.SECTION_SCHOOL_CODE, Field.UNIQUE_ID)[1] == (
        "cls-1",
        "0204117",
    )


@pytest.mark.parametrize("case", ["upper", "quoted", "blanks", "semicolons", "BOM", "UTF-16"])
def test_files_that_other_programs_write_are_read_as_well(case: str, tmp_path: Path) -> None:
    files: Mapping[str, str | bytes] = district("1.1")
    match case:
        case "upper":
            files = {name.upper(): text for name, text in district().items()}
        case "quoted":
            lines = packages.ORGS.splitlines()
            quoted = ['"' + line.replace(",", '","') + '"' for line in lines]
            files = {**files, "orgs.csv": "\r\n".join(quoted)}
        case "blanks":
            files = {**files, "users.csv": packages.USERS_11.replace("\n", "\n\n")}
        case "semicolons":
            files = {**files, "orgs.csv": packages.ORGS.replace(",", ";")}
        case "BOM":
            files = {name: b"\xef\xbb\xbf" + text.encode() for name, text in district().items()}
        case _:
            files = {name: text.encode("utf-16") for name, text in district().items()}
    found = read(packed(tmp_path / "export.zip", files))
    assert found.meaning(Kind.USERS, Field.SCHOOL) == [("0450",), ("0450",), ("org-x",)]
    assert len(found.rows[Kind.ENROLLMENTS]) == 4


def test_what_the_manifest_announces_and_is_not_there_is_said(tmp_path: Path) -> None:
    files = district("1.1")
    del files["classes.csv"]
    found = read(packed(tmp_path / "export.zip", files))
    assert Kind.COURSES not in found.tables
    (said,) = [each for each in found.troubles if each.is_part]
    assert "classes.csv" in said.what
    assert found.meaning(Kind.ENROLLMENTS, Field.COURSE_CODE, Field.SECTION_SCHOOL_CODE)[0] == ("", "cls-1")


def test_grades_are_passed_over_and_that_is_said(tmp_path: Path) -> None:
    files = {**district("1.2"), "results.csv": packages.RESULTS}
    found = read(packed(tmp_path / "export.zip", files))
    assert any("results.csv" in each.what and not each.is_part for each in found.troubles)


def test_a_version_that_is_not_known_is_read_and_said(tmp_path: Path) -> None:
    files = district("1.2")
    files["manifest.csv"] = files["manifest.csv"].replace("oneroster.version,1.2", "oneroster.version,2.0")
    found = read(packed(tmp_path / "export.zip", files))
    assert len(found.rows[Kind.USERS]) == 3
    assert any("2.0" in each.what for each in found.troubles)


# Files that somebody else may have made on purpose


def damaged(path: Path, at: int = -2000) -> Path:
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(data)
    return path


def test_a_damaged_file_is_a_part_and_says_so(tmp_path: Path) -> None:
    pupils = "".join(f"usr-{n},,,true,org-hs,student,u{n},,A,B{n * 7919},,,,,,,,\n" for n in range(20_000))
    path = packed(tmp_path / "export.zip", {**district(), "users.csv": packages.USERS_11 + pupils})
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("users.csv")
    damaged(path, info.header_offset + info.compress_size // 2)
    found = list(sis.read(path, how(), Witness.SIS))
    users = next(each for each in found if isinstance(each, RosterReading) and each.kind is Kind.USERS)
    with pytest.raises(Exception, match="damaged") as caught:
        list(users.rows)
    assert type(caught.value).__name__ == "SourceProblem"


@pytest.mark.parametrize("size", [0, 10, 200, -1])
def test_a_zip_cut_off_is_no_traceback(size: int, tmp_path: Path) -> None:
    path = packed(tmp_path / "export.zip", district())
    path.write_bytes(path.read_bytes()[:size])
    found = read(path)
    assert found.tables == {}
    assert found.troubles


def test_a_bomb_is_refused_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(packed_room.Member, "open", lambda self: opened.append(self.name))
    path = packed(tmp_path / "export.zip", {**district(), "enrollments.csv": b"a" * (150 << 20)})
    assert path.stat().st_size < 1 << 20
    found = read(path)
    assert found.tables == {}
    assert "grow too large" in found.troubles[0].what
    assert opened == []


def test_no_more_is_read_than_the_directory_announces(tmp_path: Path) -> None:
    path = packed(tmp_path / "export.zip", {**district(), "orgs.csv": packages.ORGS + "x" * 3_000_000})
    data = path.read_bytes()
    true = len(packages.ORGS) + 3_000_000
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"orgs.csv"))
    lie = data[: at + 24] + (200).to_bytes(4, "little") + data[at + 28 :]
    assert int.from_bytes(data[at + 24 : at + 28], "little") == true
    path.write_bytes(lie)
    found = read(path)
    assert [each.what for each in found.troubles if each.is_part] == [
        "it can't be read: orgs.csv in it is damaged"
    ]
    assert found.meaning(Kind.USERS, Field.SCHOOL) == [("org-hs",), ("org-hs",), ("org-x",)]


def test_a_directory_of_endless_files_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(10_001):
            archive.writestr(f"{number}.csv", "")
    found = read(path)
    assert "grow too large" in found.troubles[0].what


@pytest.mark.parametrize("folder", ["../", "/etc/", "a/../../", "__MACOSX/", "..\\"])
def test_paths_that_lead_elsewhere_are_not_followed(folder: str, tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    packed(path, district())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(folder + "users.csv", packages.USERS_11 + "evil,,,,,,,,,,,,,,,,,\n")
    found = read(path)
    assert len(found.rows[Kind.USERS]) == 3
    assert any("lead out of it" in each.what for each in found.troubles) is ("MACOSX" not in folder)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["export.zip"]


def test_a_locked_zip_is_said_to_be_locked(tmp_path: Path) -> None:
    path = packed(tmp_path / "export.zip", district())
    data = bytearray(path.read_bytes())
    at = 0
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 8] |= 1
    path.write_bytes(data)
    assert "password" in read(path).troubles[0].what


def test_a_zip_of_plain_tables_is_read_when_it_is_called_an_extract(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "export.zip",
        {"out/USERS.csv": "Unique ID,Last Name,Email\n1,Lopez,a@example.org\n", "out/readme.md": "hello"},
    )
    found = read(path)
    assert found.rows[Kind.USERS] == [{"Unique ID": "1", "Last Name": "Lopez", "Email": "a@example.org"}]
