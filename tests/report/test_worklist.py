"""Work lists as files: what they hold, what no spreadsheet may take for a formula, and names of files that a roster thinks of."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from importlog_tui.errors import UsageProblem
from importlog_tui.fields import Field
from importlog_tui.report import worklist
from importlog_tui.report.worklist import FORMATS, HEADINGS, file_name, masked_task, without_formula, write
from importlog_tui.triage.worklist import Task

SINCE = datetime(2026, 11, 11, 6, tzinfo=UTC)
LOPEZ = Task(7, "0450", "204117", "Lopez, Maria", "Email", "mlopez@example.org", "Change Email in SchoolTool.", SINCE, Field.EMAIL, has_user=True)  # fmt: skip
HOSTILE = ('=HYPERLINK("http://evil.example.org")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "'=1", "a\x00b", "\x1b[2J", "x" * 40_000)  # fmt: skip


def day(at: datetime) -> date:
    return at.date()


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_a_list_holds_what_a_registrar_needs_and_nothing_else(tmp_path: Path) -> None:
    files, sent = write([LOPEZ], tmp_path / "lists", "csv", day)

    assert [path.name for path in files] == ["0450.csv"]
    assert read_csv(files[0]) == [
        list(HEADINGS),
        [
            "204117",
            "Lopez, Maria",
            "Email",
            "mlopez@example.org",
            "Change Email in SchoolTool.",
            "2026-11-11",
        ],
    ]
    assert sent == [7]


def test_a_spreadsheet_holds_texts_whatever_they_look_like(tmp_path: Path) -> None:
    tasks = [replace(LOPEZ, id="000123", value=value, name="1.23E+05") for value in HOSTILE]
    ((path,), _) = write(tasks, tmp_path / "lists", "xlsx", day)

    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert rows[0] == list(HEADINGS)
    assert all(isinstance(cell, str) for row in rows for cell in row)
    assert {row[0] for row in rows[1:]} == {"000123"}
    assert [row[3] for row in rows[1:5]] == list(HOSTILE[:4])
    assert b"<f>" not in path.read_bytes()
    assert len(str(rows[-1][3])) == 32_767


@given(st.text())
def test_no_cell_of_a_csv_begins_as_a_formula_does(cell: str) -> None:
    safe = without_formula(cell)

    assert safe in {cell, f"'{cell}"}
    assert safe[:1] not in set("=+-@\t\r＝＋－＠") or not safe
    assert safe.lstrip()[:1] not in set("=+-@＝＋－＠") or not safe.strip()


@pytest.mark.parametrize("cell", HOSTILE[:8])
def test_a_formula_in_a_csv_is_a_text(tmp_path: Path, cell: str) -> None:
    ((path,), _) = write([replace(LOPEZ, name=cell)], tmp_path, "csv", day)

    assert read_csv(path)[1][1] == ("␍=1" if cell == "\r=1" else f"'{cell}")


@given(st.text())
def test_every_group_gets_a_name_that_every_system_takes(group: str) -> None:
    name = file_name(group)

    assert name
    assert not set(name) & set('<>:"/\\|?*\x00')
    assert name.isprintable()
    assert len(name.encode()) <= 201
    assert name not in {".", ".."}
    assert not name.endswith((".", " "))
    assert not name.startswith(("-", "~", " "))


@pytest.mark.parametrize(
    ("group", "name"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("CON", "_CON"),
        ("aux.txt", "_aux.txt"),
        ("  ", "_"),
        ("High\x1b[2J School\u202e", "High_[2J School_"),
        ("Marsh Hill: 9/12", "Marsh Hill_ 9_12"),
    ],
)
def test_hostile_buildings(group: str, name: str) -> None:
    assert file_name(group).lstrip(".") == name


def test_buildings_that_differ_only_in_case_or_signs_get_files_of_their_own(tmp_path: Path) -> None:
    groups = ("HS", "hs", "H/S", "H:S", "h?s")
    files, sent = write([replace(LOPEZ, group=group) for group in groups], tmp_path, "text", day)

    assert [path.name for path in files] == ["HS.txt", "hs (2).txt", "H_S.txt", "H_S (2).txt", "h_s (3).txt"]
    assert len(sent) == len(groups)


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_is_overwritten_and_nothing_half_is_left(tmp_path: Path, form: str) -> None:
    (path,), _ = write([replace(LOPEZ, group="0460")], tmp_path, form, day)
    before = path.read_bytes()

    with pytest.raises(UsageProblem, match="there already"):
        write([LOPEZ, replace(LOPEZ, group="0460")], tmp_path, form, day)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == before


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")

    with pytest.raises(UsageProblem, match="can't be written"):
        write([LOPEZ], tmp_path / "file" / "lists", "csv", day)


def test_a_column_that_is_no_building_is_said(tmp_path: Path) -> None:
    tasks = (replace(LOPEZ, group=str(number)) for number in range(worklist.MOST_LISTS + 1))

    with pytest.raises(UsageProblem, match="more than 500 lists"):
        write(tasks, tmp_path / "lists", "csv", day)
    assert not (tmp_path / "lists").exists()


def test_the_default_folder_is_never_one_that_is_there(tmp_path: Path) -> None:
    first = worklist.own_folder(date(2026, 11, 23), tmp_path)
    first.mkdir()

    assert first.name == "work-lists-2026-11-23"
    assert worklist.own_folder(date(2026, 11, 23), tmp_path).name == "work-lists-2026-11-23-2"


def test_a_masked_line_can_be_found_again_and_read_by_nobody_else() -> None:
    task = replace(
        LOPEZ,
        id="204117  ENG9 01",
        needed="Fill it in for Lopez, Maria (204117), mlopez@example.org; held by 198804.",
    )

    assert masked_task(task) == replace(
        task,
        id="20••••17  ENG9 01",
        name="L••••, M••••",
        value="m••••@example.org",
        needed="Fill it in for L••••, M•••• (20••••17), m••••@example.org; held by 19••••04.",
    )


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_in_a_list_steers_a_terminal_or_turns_letters_round(tmp_path: Path, form: str) -> None:
    persian = "می\N{ZERO WIDTH NON-JOINER}خواهم"
    task = replace(LOPEZ, name="A\x1b[2J\x9bB\N{RIGHT-TO-LEFT OVERRIDE}C\rD", value=f"{persian}\r\nnext")
    ((path,), _) = write([task], tmp_path / "lists", form, day)

    book = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python() if form == "xlsx" else None
    text = path.read_text(encoding="utf-8") if book is None else str(book[1][1])
    assert "A␛[2J�B�C␍D" in text
    if form != "text":
        assert (read_csv(path) if book is None else book)[1][3] == f"{persian}\nnext"
