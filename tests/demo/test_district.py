from __future__ import annotations

import csv
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from importlog_tui.demo.district import DistrictFiles, write_district
from importlog_tui.demo.morning import newest_day
from importlog_tui.demo.stories import HAPPENINGS, NO_TRACE, STORIES
from importlog_tui.errors import UsageProblem
from importlog_tui.fields import Field, field_of
from tests.demo.conftest import NOW, ZONE

NIGHTS = 3


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sent(district: DistrictFiles, night: str, kind: str) -> list[dict[str, str]]:
    return table(district.folder / "sis" / night / f"{kind}.csv")


def test_the_same_seed_and_morning_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_district(tmp_path / "a", now=NOW, zone=ZONE, nights=NIGHTS)
    later = write_district(tmp_path / "b", now=NOW + timedelta(hours=9), zone=ZONE, nights=NIGHTS)
    other = write_district(tmp_path / "c", now=NOW, zone=ZONE, nights=NIGHTS, seed=7)
    assert contents(first.folder) == contents(later.folder)
    assert contents(first.folder) != contents(other.folder)


def test_fewer_nights_are_the_newest_ones(tmp_path: Path, district: DistrictFiles) -> None:
    few = write_district(tmp_path / "few", now=NOW, zone=ZONE, nights=NIGHTS)
    newest = "log/2026-11-23/enrollments-0112-1.html"
    assert contents(few.folder)[newest] == contents(district.folder)[newest]
    assert len(few.log) == NIGHTS + 1


@pytest.mark.parametrize(
    ("now", "newest"), [("2026-11-23 07:59", "2026-11-23"), ("2026-11-23 00:30", "2026-11-22")]
)
def test_the_newest_night_is_the_last_that_is_over(now: str, newest: str) -> None:
    local = datetime.fromisoformat(now).replace(tzinfo=ZONE)
    assert newest_day(local.astimezone(UTC), ZONE).isoformat() == newest


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageProblem, match="empty folder"):
        write_district(tmp_path, now=NOW, zone=ZONE, nights=1)
    assert contents(tmp_path) == {"mine.txt": b"mine"}


@pytest.mark.parametrize("zone", [None, ZoneInfo("Asia/Tokyo"), ZoneInfo("Pacific/Apia")])
def test_it_can_be_written_in_any_zone(tmp_path: Path, zone: ZoneInfo | None) -> None:
    assert write_district(tmp_path / "zone", now=NOW, zone=zone, nights=NIGHTS).log


def test_the_district_has_its_size(district: DistrictFiles) -> None:
    counts = {kind: len(sent(district, "2026-11-23", kind)) for kind in ("users", "courses", "enrollments")}
    assert counts["users"] == pytest.approx(12_000, rel=0.01)
    assert counts["courses"] == pytest.approx(1_100, rel=0.01)
    assert counts["enrollments"] == pytest.approx(80_000, rel=0.01)


def test_unique_ids_and_login_names_are_unique_in_what_schoology_holds(district: DistrictFiles) -> None:
    accounts = table(district.directory)
    for column in ("Schoology User ID", "Unique User ID", "Username", "Email"):
        assert len({account[column] for account in accounts}) == len(accounts), column


def test_every_heading_of_the_extracts_is_known_but_the_status(district: DistrictFiles) -> None:
    for path in (*district.extracts, district.directory):
        with path.open(encoding="utf-8", newline="") as file:
            headings = next(csv.reader(file))
        unknown = {heading for heading in headings if field_of(heading) is None}
        assert unknown <= {"Status", "Additional Schools"}, path.name
        assert any(field_of(heading) in {Field.UNIQUE_ID, Field.COURSE_CODE} for heading in headings)


def test_nothing_points_outside_the_made_up_domain(district: DistrictFiles) -> None:
    for name, data in contents(district.folder).items():
        text = data.decode().replace("=\n", "")  # a line that quoted-printable broke
        hosts = set(re.findall(r"(?:https?://|@)([\w.-]+\w)", text))
        assert all(host == "example.org" or host.endswith(".example.org") for host in hosts), (name, hosts)
        if name.startswith(("log/", "mail/")) and name.endswith((".html", ".har", ".eml", ".mbox")):
            assert "ade-up" in text, name


def test_every_trouble_of_the_list_is_there_or_explained() -> None:
    cases = {story.case for story in STORIES} | {happening.case for happening in HAPPENINGS}
    assert cases | set(NO_TRACE) == set(range(1, 26))
    assert not cases & set(NO_TRACE)


def test_english_9_changed_its_case_in_what_the_sis_sends(district: DistrictFiles) -> None:
    rows = sent(district, "2026-11-23", "enrollments")
    assert sum(row["Course Code"] == "ENG9" for row in rows) == 412
    assert not any(row["Course Code"] == "eng9" for row in rows)
    assert {row["Course Code"] for row in sent(district, "2026-11-23", "courses")} >= {"ENG9"}


def test_an_address_in_use_is_held_by_another_account(district: DistrictFiles) -> None:
    before = {row["Unique ID"]: row for row in sent(district, "2026-11-22", "users")}
    changed = [
        row
        for row in sent(district, "2026-11-23", "users")
        if before[row["Unique ID"]]["Email"] != row["Email"]
    ]
    holders = {account["Email"]: account for account in table(district.directory)}
    assert len(changed) == 9
    assert all(holders[row["Email"]]["Unique User ID"] != row["Unique ID"] for row in changed)
    lopez = next(row for row in changed if row["Unique ID"] == "204117")
    assert (lopez["Last Name"], lopez["First Name"], lopez["Email"]) == (
        "Lopez",
        "Maria",
        "mlopez@example.org",
    )
    assert holders["mlopez@example.org"]["Unique User ID"] == "198804"


def test_the_teacher_is_sent_as_inactive_and_is_inactive(district: DistrictFiles) -> None:
    teacher = next(row for row in sent(district, "2026-11-23", "users") if row["Unique ID"] == "100214")
    account = next(one for one in table(district.directory) if one["Unique User ID"] == "100214")
    assert (teacher["Role"], teacher["Status"], account["Status"]) == ("Teacher", "Inactive", "Inactive")


def test_the_never_created_student_has_no_account(district: DistrictFiles) -> None:
    assert all(account["Unique User ID"] != "209876" for account in table(district.directory))


def test_tonight_half_a_school_is_missing(district: DistrictFiles) -> None:
    def there(night: str) -> int:
        return sum(row["School"] == "0450" for row in sent(district, night, "users"))

    assert there("2026-11-22") == pytest.approx(1480, abs=5)
    assert there("tonight") == 915


def test_the_note_says_made_up_and_names_every_night_of_trouble(district: DistrictFiles) -> None:
    note = district.readme.read_text(encoding="utf-8")
    assert "MADE-UP" in note
    assert all(story.message in note for story in STORIES)
    assert all(happening.note in note for happening in HAPPENINGS)
