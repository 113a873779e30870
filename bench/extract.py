"""What filing an extract costs against reading its files with `csv` alone: python -m bench.extract [ENROLLMENTS]

Users are a fifth of the enrollments, sections a fiftieth. Both are measured in one process, one after the other, as CPU time, so that a busy machine
changes the ratio little; memory is the most that the process held.
"""

from __future__ import annotations

import csv
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from importlog_tui.archive import Archive
from importlog_tui.refresh import bring_in
from importlog_tui.roster import Witness
from importlog_tui.sources import sis
from importlog_tui.sources.status_log import How
from importlog_tui.times import Clock

PERIOD = "035803-T1"
HEADINGS = {
    "users": "Unique ID,Last Name,First Name,User Name,Email,School,Role,Graduation Year",
    "courses": "Course Name,Course Code,Section Name,Section School Code,Section Code,School,Grading Period",
    "enrollments": "Course Code,Section Code,Section School Code,Unique ID,Enrollment Type,Grade Period",
}


def write(folder: Path, enrollments: int) -> list[Path]:
    rng = random.Random(1)
    users, sections = enrollments // 5, enrollments // 50

    def enrollment() -> list[str]:
        section = rng.randrange(sections)
        course, number = f"C{section // 10:05}", str(section % 10)
        return [course, number, f"{course}-{number}-26", str(200_000 + rng.randrange(users)), "2", PERIOD]

    rows = {
        "users": (
            [
                str(200_000 + n),
                "Lopez",
                "Maria",
                f"mlopez{n}",
                f"mlopez{n}@example.org",
                f"{n % 40:04}",
                "Student",
                "2027",
            ]
            for n in range(users)
        ),
        "courses": (
            [
                f"Course {n // 10}",
                f"C{n // 10:05}",
                f"Section {n}",
                f"C{n // 10:05}-{n % 10}-26",
                str(n % 10),
                f"{n % 40:04}",
                PERIOD,
            ]
            for n in range(sections)
        ),
        "enrollments": (enrollment() for _ in range(enrollments)),
    }
    paths = []
    for name, lines in rows.items():
        path = folder / f"{name}.csv"
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS[name].split(","))
            writer.writerows(lines)
        paths.append(path)
    return paths


def main() -> None:
    enrollments = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    how = How(Clock(UTC, datetime.now(UTC)))
    with tempfile.TemporaryDirectory() as folder:
        paths = write(Path(folder), enrollments)
        start = time.process_time()
        for path in paths:
            with path.open(newline="") as file:
                for _ in csv.reader(file):
                    pass
        alone = time.process_time() - start
        place = Path(folder) / "archive.sqlite"
        start = time.process_time()
        with Archive.open(place) as archive:
            for path in paths:
                bring_in(archive, sis.read(path, how, Witness.SIS))
        filing = time.process_time() - start
        size = place.stat().st_size / sum(path.stat().st_size for path in paths)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{enrollments:,} enrollments, {enrollments // 5:,} users, {enrollments // 50:,} sections")
    print(
        f"csv alone {alone:.2f} s; filing {filing:.2f} s, {filing / alone:.1f} times; {memory} MB; archive {size:.1f} times the files"
    )


if __name__ == "__main__":
    main()
