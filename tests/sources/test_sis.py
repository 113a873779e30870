"""Files of the SIS and of Schoology, read and brought in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from importlog_tui.model import Kind, Trouble
from importlog_tui.roster import RosterReading, Witness
from importlog_tui.sources import sis
from importlog_tui.sources.status_log import How
from importlog_tui.times import Clock

if TYPE_CHECKING:
    from pathlib import Path

HOW = How(Clock(UTC, datetime(2026, 11, 23, tzinfo=UTC)))


def readings(path: Path) -> tuple[list[RosterReading], list[Trouble]]:
    found = list(sis.read(path, HOW, Witness.SIS))
    return [each for each in found if isinstance(each, RosterReading)], [
        each for each in found if isinstance(each, Trouble)
    ]


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        ("First Name,Preferred First Name,Middle Name,Last Name,User Name,Email,Unique ID,Role,School,Schoology ID", Kind.USERS),
        ("First Name,Last Name,Username,Email,User Unique ID,ROLE,Building,Grad Year,Additional Schools", Kind.USERS),
        ("Role,School Title,Unique User ID,First Name,Last Name,Email,Graduation Year", Kind.USERS),
        ("uid,school_uid,building_nid,name,mail", Kind.USERS),
        ("Course Name,Department,Course Code,Credits,Description,Section Name,Section School Code,Section Code,School,Grading Period", Kind.COURSES),
        ("course_code,course_title,section_title,section_school_code", Kind.COURSES),
        ("Course Code,Section Code,Section School Code,Unique ID,Enrollment Type,Grade Period", Kind.ENROLLMENTS),
        ("Status,Enrollment Type,Unique User ID,Course Code,Section Name,Section School Code", Kind.ENROLLMENTS),
        ("section_school_code,unique_user_id,enrollment_type", Kind.ENROLLMENTS),
    ],
)  # fmt: skip
def test_the_kind_is_told_from_the_headings(headings: str, kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f"{headings}\n{','.join('x' for _ in headings.split(','))}\n")
    (reading,), troubles = readings(path)
    assert (reading.kind, troubles) == (kind, [])


def test_every_row_has_the_line_that_it_begins_in(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(
        b'Unique ID,Last Name,Email\r\n1,"Lo\r\npez",a@example.org\r\n\r\n2,Nguyen,b@example.org\r\n3,"O""Neil",\r\n'
    )
    (reading,), _ = readings(path)
    assert list(reading.rows) == [
        (2, ("1", "Lo\r\npez", "a@example.org")),
        (5, ("2", "Nguyen", "b@example.org")),
        (6, ("3", 'O"Neil', "")),
    ]
