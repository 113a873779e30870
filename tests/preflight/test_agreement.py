"""The check before the night, and the night itself: the made-up district's extracts and its log come from the same troubles."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from importlog_tui.archive import Archive
from importlog_tui.demo.district import DistrictFiles, write_district
from importlog_tui.fields import Columns
from importlog_tui.model import Kind
from importlog_tui.refresh import bring_in
from importlog_tui.roster import Witness
from importlog_tui.sources import sis
from importlog_tui.sources.status_log import How, read
from importlog_tui.times import Clock
from importlog_tui.tonight import check

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=ZONE)
HOW = How(Clock(ZONE, NOW))
Subject = tuple[Kind, str | None, str | None]


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> DistrictFiles:
    return write_district(tmp_path_factory.mktemp("district") / "files", now=NOW, zone=ZONE, nights=2)


def failed(path: Path) -> set[Subject]:
    """Whom and what a night's log says that failed."""
    with Archive.open(path) as log:
        kinds = {run.id: run.kind for run in log.runs()}
        return {
            (kinds[record.run_id], record.subject.user, record.subject.section) for record in log.records()
        }


def test_whatever_fails_in_the_night_was_predicted(district: DistrictFiles, tmp_path: Path) -> None:
    (before, night) = sorted(path for path in (district.folder / "log").iterdir())
    with Archive.open(tmp_path / "night.sqlite") as log:
        bring_in(log, read(night, HOW))
    fails = failed(tmp_path / "night.sqlite")

    with Archive.open(tmp_path / "kept.sqlite") as kept:
        bring_in(kept, read(before, HOW))
        bring_in(kept, sis.read(district.folder / "sis" / "2026-11-22", HOW, Witness.SIS))
        with check(
            [district.folder / "sis" / "2026-11-23"], HOW, directory=district.directory, kept=kept
        ) as tonight:
            assert tonight.preflight is not None
            predicted: dict[Subject, set[str]] = {}
            columns = {
                file.kind: Columns(file.roster.columns, file.roster.fields) for file in tonight.told.files
            }
            for one in tonight.told.findings:
                for row in tonight.preflight.rows(one.id, one.kind) if one.has_rows else ():
                    subject = columns[one.kind].subject(row.cells)
                    predicted.setdefault((one.kind, subject.user, subject.section), set()).add(one.rule.id)
            fates = tonight.told.fates

    assert len(fails) > 400
    assert fails - predicted.keys() == set()
    assert fates[Kind.USERS].again > 40
    # What is predicted besides: enrollments in the two sections whose code a spreadsheet turned into a number, and nothing else.
    more = {rule for subject, rules in predicted.items() if subject not in fails for rule in rules}
    assert more <= {"enrollments.section-unknown"}


def test_tonights_file_that_breaks_off(district: DistrictFiles, tmp_path: Path) -> None:
    with Archive.open(tmp_path / "kept.sqlite") as kept:
        bring_in(kept, sis.read(district.folder / "sis" / "2026-11-23" / "users.csv", HOW, Witness.SIS))
        with check([district.folder / "sis" / "tonight" / "users.csv"], HOW, kept=kept) as tonight:
            (fewer,) = [one for one in tonight.told.findings if one.rule.id == "history.fewer"]

    assert fewer.message.startswith("far fewer rows than in the last extract: 0450: 1,480 users on")
    assert fewer.message.endswith(", 915 now")
    assert fewer.rows == 565
