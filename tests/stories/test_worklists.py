"""Work lists by command: to five buildings, sent once, remembered, and what is decided left out."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.stories.told import District

TAKEN, MISSING = "Email already in use", "Missing required field"
NIGHT = datetime(2026, 11, 23, 1, 2)
BUILDINGS = ("0110", "0120", "0450", "HS / North", "=cmd()")


NAMELESS = [("204002", "", "Maria", "m2@example.org", "0450")]


@pytest.fixture
def district(tmp_path: Path) -> District:
    return District(tmp_path)


def people(first: int, count: int) -> list[tuple[str, ...]]:
    return [
        (str(204_000 + n), f"Lopez{n}", f"Maria{n}", f"m{n}@example.org", BUILDINGS[n % 5])
        for n in range(first, first + count)
    ]


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def test_a_work_list_to_five_buildings(district: District) -> None:
    district.night(NIGHT.replace(day=22), {TAKEN: people(0, 5)})
    district.night(NIGHT, {TAKEN: people(0, 10)})

    status, printed = district.run("export", "--format", "csv", "--to", "lists")
    files = {path.stem: rows_of(path) for path in (district.home / "lists").iterdir()}

    assert status == 0
    assert len(printed.splitlines()) == 5
    assert files.keys() == {"0110", "0120", "0450", "HS _ North", "=cmd()"}
    assert [row[0] for row in files["0450"]] == ["204002", "204007"]
    assert files["0450"][0][1:4] == ["Lopez2, Maria2", "Email", "m2@example.org"]
    assert [row[5] for row in files["0450"]] == ["2026-11-22", "2026-11-23"]


def test_what_was_sent_says_so_until_it_is_gone(district: District) -> None:
    district.night(NIGHT, {TAKEN: people(0, 2)})
    assert district.run("export", "--format", "text")[0] == 0
    sent = [row["sent_at"] for row in district.rows("records")]
    assert all(sent)

    district.night(NIGHT.replace(day=24), {TAKEN: people(0, 3)})
    assert [bool(row["sent_at"]) for row in district.rows("records", "--run", "2")] == [True, True, False]
    assert all(row["sent_at"] for row in district.rows("errors"))


def test_what_was_accepted_is_on_no_list(district: District) -> None:
    district.night(NIGHT, {TAKEN: people(0, 2), MISSING: NAMELESS})
    first, *_ = district.rows("records")
    district.run("mark", "accepted", "--record", str(first["id"]), "--reason", "twins")
    district.run("mark", "corrected", "--error", str(district.rows("errors")[1]["id"]))

    listed = district.run("export", "--format", "text")[1]
    assert "204001" in listed
    assert "204000" not in listed
    assert "204002" not in listed
    assert "204000" in district.run("export", "--format", "text", "--record", str(first["id"]))[1]


def test_nothing_to_correct(district: District) -> None:
    assert district.run("export")[0] == 1
    district.night(NIGHT, {})
    assert district.run("export", "--to", "lists") == (1, "")
    assert not (district.home / "lists").exists()


def test_a_list_that_others_see(district: District) -> None:
    district.night(NIGHT, {TAKEN: people(0, 1)})
    (district.home / "config.toml").write_text("[screen]\nmask = true\n")

    for options in (("--mask",), ("--config", "config.toml")):
        printed = district.run("export", "--format", "text", *options)[1]
        assert "20••••00   L••••, M••••   Email: m••••@example.org" in printed
        assert "204000" not in printed
        assert "Lopez" not in printed


def test_only_what_is_new_by_error(district: District) -> None:
    district.night(NIGHT.replace(day=22), {TAKEN: people(0, 1)})
    district.night(NIGHT, {TAKEN: people(0, 2), MISSING: NAMELESS})

    printed = district.run("export", "--format", "text", "--by", "error", "--state", "new")[1]
    assert f"{TAKEN} (1)" in printed
    assert f"{MISSING} (1)" in printed
    assert "204000" not in printed


def test_what_is_not_there_is_said(district: District) -> None:
    district.night(NIGHT, {TAKEN: people(0, 1)})

    assert district.run("export", "--record", "99")[0] == 2
    assert district.run("export", "--error", "99")[0] == 2
    assert district.run("export", "--to", " ")[0] == 2
    assert json.loads(district.run("records", "--json")[1])["sent_at"] is None
