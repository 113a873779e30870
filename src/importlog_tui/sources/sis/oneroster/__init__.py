"""OneRoster CSV packages, versions 1.0 to 1.2, as a ZIP file or as the folder of it: their files joined into users, sections and enrollments.

Rows come out in Schoology's shape (schoology.md 3.1, 3.2, 3.4), followed by every column of the OneRoster files that they were joined from, which
are called by file and column ("users.identifier"). What Schoology's importer takes for a user's Unique ID and for the codes of a section is
nowhere documented; here it is the `sourcedId` of users and classes, `courseCode` and `classCode`, and the configuration may say otherwise by the
same names: `"users.identifier" = "unique_id"` under [columns].
"""

from importlog_tui.sources.sis.oneroster.package import Package, find_packages
from importlog_tui.sources.sis.oneroster.reading import read_package

__all__ = ["Package", "find_packages", "read_package"]
