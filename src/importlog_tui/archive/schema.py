"""What the archive's tables are, and how an older archive becomes a newer one.

An error's records have consecutive ids wherever they were filed together. `spans` says which ids belong to which error and at which
place in it, so that a table of a million records opens without reading one of them, and a record carries nothing but its cells.
Counts and completeness are stored when something is filed, never counted when something is shown.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

from importlog_tui.archive import cell_index

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importlog_tui.fields import Field

APPLICATION_ID: Final = 0x494D4C47
"""Marks a SQLite file as an archive of this program ("IMLG")."""

_FIRST: Final = (
    # performed: seconds since 1970; zone: seconds east of Greenwich, as told. The ranks say how good a source the values beside them came
    # from, so that the order in which sources are read does not matter. is_loose: made up for records that came without their log.
    # errors and what follows: sums over what is filed, kept up to date by the filing.
    """CREATE TABLE runs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        label TEXT NOT NULL,
        label_rank INTEGER NOT NULL,
        performed INTEGER,
        zone INTEGER,
        performed_text TEXT NOT NULL,
        precision TEXT NOT NULL,
        basis TEXT NOT NULL,
        time_rank INTEGER NOT NULL,
        result TEXT NOT NULL,
        result_text TEXT NOT NULL,
        result_rank INTEGER NOT NULL,
        error_count INTEGER,
        is_listed INTEGER NOT NULL,
        is_loose INTEGER NOT NULL,
        errors INTEGER,
        rows_affected INTEGER,
        rows_read INTEGER NOT NULL DEFAULT 0,
        complete INTEGER NOT NULL DEFAULT 0,
        errors_listed INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    "CREATE INDEX runs_by_time ON runs (performed, kind)",
    """CREATE TABLE origins (
        run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        name TEXT NOT NULL,
        PRIMARY KEY (run_id, name)
    ) STRICT, WITHOUT ROWID""",
    # headings of tables, shared by all errors that have the same ones; never changed, so that a reader may keep them in memory
    "CREATE TABLE headings (id INTEGER PRIMARY KEY, columns TEXT NOT NULL UNIQUE) STRICT",
    # rows_claimed: the most that any source claims; is_whole: a whole table was read; message_key and nth tell the errors of a run apart
    """CREATE TABLE errors (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        message TEXT NOT NULL,
        message_key TEXT NOT NULL,
        nth INTEGER NOT NULL,
        rows_claimed INTEGER,
        is_whole INTEGER NOT NULL DEFAULT 0,
        headings_id INTEGER REFERENCES headings,
        rows_affected INTEGER,
        rows_read INTEGER NOT NULL DEFAULT 0,
        complete INTEGER NOT NULL DEFAULT 0,
        UNIQUE (run_id, message_key, nth)
    ) STRICT""",
    # where a source says that an error's records are; key is what is compared
    """CREATE TABLE addresses (
        key TEXT NOT NULL,
        error_id INTEGER NOT NULL REFERENCES errors ON DELETE CASCADE,
        address TEXT NOT NULL,
        PRIMARY KEY (key, error_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX addresses_by_error ON addresses (error_id)",
    # what a table that came without its log tells of its place, as loose.py writes it, for the day on which the log comes
    """CREATE TABLE hints (
        error_id INTEGER PRIMARY KEY REFERENCES errors ON DELETE CASCADE,
        hint TEXT NOT NULL
    ) STRICT""",
    # first: the place of the span's first record among all of its error's, from 1; places may be missing between spans
    """CREATE TABLE spans (
        first_id INTEGER PRIMARY KEY,
        error_id INTEGER NOT NULL REFERENCES errors,
        first INTEGER NOT NULL,
        count INTEGER NOT NULL,
        UNIQUE (error_id, first)
    ) STRICT""",
    # number: the row number that the source prints, NULL where it prints none; cells: as cells.py joins them
    "CREATE TABLE records (id INTEGER PRIMARY KEY, number INTEGER, cells TEXT NOT NULL) STRICT",
    # stamp counts the filings that changed something, in whatever process; the id of a record is never given twice, since screens keep them
    "CREATE TABLE counters (stamp INTEGER NOT NULL, next_record INTEGER NOT NULL) STRICT",
    "INSERT INTO counters VALUES (0, 1)",
)

_STATES: Final = (
    # What is told of the nights before (states.py). stream: the runs that are compared with each other; seq: the place among them, NULL for what is
    # no evidence; new_rows, returned_rows, gone_rows: sums over the records, NULL where they were not compared.
    "ALTER TABLE runs ADD COLUMN stream TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE runs ADD COLUMN seq INTEGER",
    "ALTER TABLE runs ADD COLUMN compared_with INTEGER",
    "ALTER TABLE runs ADD COLUMN is_rerun INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE runs ADD COLUMN new_rows INTEGER",
    "ALTER TABLE runs ADD COLUMN returned_rows INTEGER",
    "ALTER TABLE runs ADD COLUMN gone_rows INTEGER",
    "CREATE INDEX runs_by_place ON runs (stream, seq)",
    # lineage: the same error through all nights (identity.py). The places are those of the stream: since_seq of the first run in a row that has it,
    # seen_seq of the last one before it was gone, first_seq of the first one whose records were read whole.
    "ALTER TABLE errors ADD COLUMN lineage INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE errors ADD COLUMN state TEXT",
    "ALTER TABLE errors ADD COLUMN since_seq INTEGER",
    "ALTER TABLE errors ADD COLUMN seen_seq INTEGER",
    "ALTER TABLE errors ADD COLUMN first_seq INTEGER",
    "ALTER TABLE errors ADD COLUMN compared INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE errors ADD COLUMN new_rows INTEGER",
    # key: what the record is known by within its error (identity.py)
    "ALTER TABLE records ADD COLUMN key INTEGER NOT NULL DEFAULT 0",
    # what: 0 gone, 1 new, 2 returned; run_id: the run in which it came or was first missing; record_id: the one that came, or was there last
    """CREATE TABLE changes (
        lineage INTEGER NOT NULL,
        key INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        what INTEGER NOT NULL,
        record_id INTEGER NOT NULL,
        run_id INTEGER NOT NULL,
        PRIMARY KEY (lineage, key, seq)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX changes_by_run ON changes (run_id, lineage, what)",
    # what records are found by (search.py); indexed: the first record that is not among it yet
    "CREATE TABLE texts (id INTEGER PRIMARY KEY, hash INTEGER NOT NULL UNIQUE, text TEXT NOT NULL) STRICT",
    """CREATE TABLE mentions (
        text_id INTEGER NOT NULL,
        record_id INTEGER NOT NULL,
        PRIMARY KEY (text_id, record_id)
    ) STRICT, WITHOUT ROWID""",
    "CREATE VIRTUAL TABLE search USING fts5 (text, content = 'texts', content_rowid = 'id', tokenize = 'trigram', detail = 'none', columnsize = 0)",
    "ALTER TABLE counters ADD COLUMN indexed INTEGER NOT NULL DEFAULT 1",
    # What people decided (marks.py). key: of a record, NULL for a whole error; error_id, record_id, run_id: what it was put on;
    # rows: how many the error had; cells: a number that stands for what the record held.
    """CREATE TABLE marks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        token INTEGER NOT NULL,
        kind TEXT NOT NULL,
        who TEXT NOT NULL,
        at INTEGER NOT NULL,
        reason TEXT NOT NULL,
        until TEXT NOT NULL,
        until_day TEXT,
        lineage INTEGER NOT NULL,
        key INTEGER,
        error_id INTEGER NOT NULL,
        record_id INTEGER,
        run_id INTEGER NOT NULL,
        rows INTEGER,
        cells INTEGER,
        undone_by TEXT,
        undone_at INTEGER
    ) STRICT""",
)

_ROSTERS: Final = (
    # The dated tables of the two other witnesses (rosters.py). taken, seen: seconds since 1970; zone: seconds east of Greenwich; fields: heading ->
    # meaning; digest: of headings and cells; first_id: of its rows, which are consecutive, NULL when they were removed to make room.
    """CREATE TABLE rosters (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        witness TEXT NOT NULL,
        kind TEXT NOT NULL,
        taken INTEGER NOT NULL,
        seen INTEGER NOT NULL,
        zone INTEGER NOT NULL,
        headings_id INTEGER NOT NULL REFERENCES headings,
        fields TEXT NOT NULL,
        digest BLOB NOT NULL,
        complete INTEGER NOT NULL,
        first_id INTEGER,
        rows INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX rosters_by_time ON rosters (witness, kind, taken)",
    """CREATE TABLE roster_origins (
        roster_id INTEGER NOT NULL REFERENCES rosters ON DELETE CASCADE,
        name TEXT NOT NULL,
        PRIMARY KEY (roster_id, name)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE roster_buildings (
        roster_id INTEGER NOT NULL REFERENCES rosters ON DELETE CASCADE,
        school TEXT NOT NULL,
        rows INTEGER NOT NULL,
        PRIMARY KEY (roster_id, school)
    ) STRICT, WITHOUT ROWID""",
    # The rows of each kind, with the columns that roster_keys.py describes.
    """CREATE TABLE roster_users (
        id INTEGER PRIMARY KEY,
        roster_id INTEGER NOT NULL,
        line INTEGER NOT NULL,
        cells TEXT NOT NULL,
        unique_id TEXT,
        schoology_id TEXT,
        username TEXT,
        email TEXT,
        username_folded TEXT,
        email_folded TEXT,
        first_name TEXT,
        last_name TEXT,
        role TEXT,
        school TEXT,
        status TEXT
    ) STRICT""",
    "CREATE INDEX roster_users_by_unique_id ON roster_users (roster_id, unique_id) WHERE unique_id IS NOT NULL",
    "CREATE INDEX roster_users_by_schoology_id ON roster_users (roster_id, schoology_id) WHERE schoology_id IS NOT NULL",
    "CREATE INDEX roster_users_by_username_folded ON roster_users (roster_id, username_folded) WHERE username_folded IS NOT NULL",
    "CREATE INDEX roster_users_by_email_folded ON roster_users (roster_id, email_folded) WHERE email_folded IS NOT NULL",
    """CREATE TABLE roster_sections (
        id INTEGER PRIMARY KEY,
        roster_id INTEGER NOT NULL,
        line INTEGER NOT NULL,
        cells TEXT NOT NULL,
        course_code TEXT,
        section_code TEXT,
        section_school_code TEXT,
        course_code_folded TEXT,
        section_code_folded TEXT,
        section_school_code_folded TEXT,
        course_name TEXT,
        section_name TEXT,
        grading_period TEXT,
        school TEXT,
        status TEXT
    ) STRICT""",
    "CREATE INDEX roster_sections_by_course_code ON roster_sections (roster_id, course_code, section_code) WHERE course_code IS NOT NULL",
    "CREATE INDEX roster_sections_by_section_code ON roster_sections (roster_id, section_code) WHERE section_code IS NOT NULL",
    "CREATE INDEX roster_sections_by_section_school_code ON roster_sections (roster_id, section_school_code) WHERE section_school_code IS NOT NULL",
    "CREATE INDEX roster_sections_by_course_code_folded ON roster_sections (roster_id, course_code_folded) WHERE course_code_folded IS NOT NULL",
    "CREATE INDEX roster_sections_by_section_code_folded ON roster_sections (roster_id, section_code_folded) WHERE section_code_folded IS NOT NULL",
    "CREATE INDEX roster_sections_by_section_school_code_folded ON roster_sections (roster_id, section_school_code_folded) WHERE section_school_code_folded IS NOT NULL",
    """CREATE TABLE roster_enrollments (
        id INTEGER PRIMARY KEY,
        roster_id INTEGER NOT NULL,
        line INTEGER NOT NULL,
        cells TEXT NOT NULL,
        unique_id TEXT,
        course_code TEXT,
        section_code TEXT,
        section_school_code TEXT,
        enrollment_type TEXT,
        grading_period TEXT,
        school TEXT,
        status TEXT
    ) STRICT""",
    "CREATE INDEX roster_enrollments_by_roster ON roster_enrollments (roster_id)",
    # What enrollments are found by, filled in order when all are there: a million of them put into an index one by one take ten times as long.
    # what: which key, as roster_keys.py numbers them; row_id: of roster_enrollments.
    """CREATE TABLE roster_enrollment_keys (
        roster_id INTEGER NOT NULL,
        what INTEGER NOT NULL,
        value TEXT NOT NULL,
        row_id INTEGER NOT NULL,
        PRIMARY KEY (roster_id, what, value, row_id)
    ) STRICT, WITHOUT ROWID""",
)

_ANSWERS: Final = (
    # What Schoology's API said of one thing (answers.py). asked: seconds since 1970; told: a JSON object of texts, '' where there is no such thing.
    """CREATE TABLE answers (
        topic TEXT NOT NULL,
        key TEXT NOT NULL,
        asked INTEGER NOT NULL,
        told TEXT NOT NULL,
        PRIMARY KEY (topic, key)
    ) STRICT, WITHOUT ROWID""",
)

_SITE: Final = (
    # Pages of the site that are known and not read yet (unread.py). log: the address that the fetch began at; error_id: whose records are on it,
    # NULL for a page of the log itself; walked: the logs that were read to their last page once.
    """CREATE TABLE unread (
        id INTEGER PRIMARY KEY,
        log TEXT NOT NULL,
        address TEXT NOT NULL,
        error_id INTEGER REFERENCES errors ON DELETE CASCADE,
        tries INTEGER NOT NULL,
        UNIQUE (log, address)
    ) STRICT""",
    "CREATE TABLE walked (log TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
)

_HEADINGS: Final = (
    # what a person said that a heading means which stands for several things; of the SIS's files and of the directory's apart
    """CREATE TABLE roster_headings (
        witness TEXT NOT NULL,
        heading TEXT NOT NULL,
        field TEXT NOT NULL,
        PRIMARY KEY (witness, heading)
    ) STRICT, WITHOUT ROWID""",
)

_SENT: Final = (
    # What went out on a work list (sent.py): the record, by its error and its key; at: seconds since 1970.
    """CREATE TABLE sent (
        lineage INTEGER NOT NULL,
        key INTEGER NOT NULL,
        at INTEGER NOT NULL,
        who TEXT NOT NULL,
        PRIMARY KEY (lineage, key)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX sent_by_time ON sent (lineage, at)",
)

_FETCHED: Final = (
    # what was fetched from where the SIS puts its files, as it was then (rosters.py); written: seconds since 1970
    """CREATE TABLE fetched_files (
        place TEXT NOT NULL,
        name TEXT NOT NULL,
        size INTEGER NOT NULL,
        written INTEGER NOT NULL,
        PRIMARY KEY (place, name)
    ) STRICT, WITHOUT ROWID""",
)

_MASSES: Final = (
    # The changes of an error in one night that are too many to be put among those of all nights (comparing.py). rows: of the night.
    "ALTER TABLE changes RENAME TO lone_changes",
    """CREATE TABLE masses (
        id INTEGER PRIMARY KEY,
        lineage INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        run_id INTEGER NOT NULL,
        UNIQUE (lineage, seq)
    ) STRICT""",
    "CREATE INDEX masses_by_run ON masses (run_id)",
    """CREATE TABLE mass_changes (
        mass_id INTEGER NOT NULL,
        key INTEGER NOT NULL,
        what INTEGER NOT NULL,
        record_id INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        PRIMARY KEY (mass_id, key)
    ) STRICT, WITHOUT ROWID""",
    """CREATE VIEW changes (lineage, key, seq, what, record_id, run_id) AS
        SELECT lineage, key, seq, what, record_id, run_id FROM lone_changes
        UNION ALL SELECT m.lineage, c.key, m.seq, c.what, c.record_id, m.run_id FROM masses m CROSS JOIN mass_changes c ON c.mass_id = m.id""",
)

MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    _FIRST,
    _STATES,
    _ROSTERS,
    _ANSWERS,
    _SITE,
    _HEADINGS,
    _SENT,
    _FETCHED,
    (),  # records are known by what their headings mean: `migrate` tells it anew
    _MASSES,
    cell_index.TABLES,
)
"""Step n brings an archive from version n to n + 1; a step that was released is never changed."""

VERSION: Final = len(MIGRATIONS)


def version_of(connection: sqlite3.Connection) -> int:
    """The version that the archive's tables have; 0 for an empty file."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def migrate(connection: sqlite3.Connection, aliases: Mapping[str, Field]) -> None:
    """Bring the tables to `VERSION`, in one transaction; does nothing where another process did it first.

    Args:
        connection: to the archive.
        aliases: a district's own headings, which tell what a record is known by.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        before = version_of(connection)
        for step in MIGRATIONS[before:]:
            for statement in step:
                connection.execute(statement)
        if 0 < before < 9:
            from importlog_tui.archive import states
            from importlog_tui.archive.identifying import identify_all

            identify_all(connection, aliases)
            states.renew_all(connection, aliases)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
