"""The two other witnesses asked for many records at once: what the SIS sends of them, what Schoology holds, and who else has the same."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from importlog_tui.directory import Topic
from importlog_tui.fields import Columns, Field
from importlog_tui.model import Kind
from importlog_tui.roster import Entry, Roster, Witness

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from importlog_tui.archive import Archive

_LONGEST_CODE: Final = 10
CODES: Final = (Field.SECTION_SCHOOL_CODE, Field.SECTION_CODE)


def blank_folded(text: str) -> str:
    """`text` without case and blanks, as the archive folds it."""
    return "".join(text.casefold().split())


def near_codes(code: str) -> set[str]:
    """How else a code may be written: with and without leading zeros, in capitals, in small letters, without blanks."""
    bare = code.strip()
    near = {bare, bare.upper(), bare.lower()}
    if bare.isdecimal():
        short = bare.lstrip("0") or "0"
        near |= {short.zfill(width) for width in range(len(short), _LONGEST_CODE + 1)}
    return near - {""}


@dataclass(slots=True)
class UsersFound:
    """The users of one table who were asked for; `nobody` holds the unique IDs that are known not to be there."""

    by_id: dict[str, list[Entry]] = field(default_factory=dict)
    by_username: dict[str, list[Entry]] = field(default_factory=dict)
    by_email: dict[str, list[Entry]] = field(default_factory=dict)
    by_number: dict[str, list[Entry]] = field(default_factory=dict)
    nobody: frozenset[str] = field(default=frozenset(), kw_only=True)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> UsersFound:
        """`entries` by each of their keys."""
        found: list[defaultdict[str, list[Entry]]] = [defaultdict(list) for _ in range(4)]
        for entry in entries:
            values = entry.fields
            keys = (
                values.get(Field.UNIQUE_ID, ""),
                blank_folded(values.get(Field.USERNAME, "")),
                blank_folded(values.get(Field.EMAIL, "")),
                values.get(Field.SCHOOLOGY_ID, "").strip(),
            )
            for key, kept in zip(keys, found, strict=True):
                if key.strip():
                    kept[key].append(entry)
        return cls(*(dict(each) for each in found))


@dataclass(slots=True)
class SectionsFound:
    """The sections of one table that were asked for, and those that differ in nothing but case, blanks or leading zeros."""

    by_course: dict[str, list[Entry]] = field(default_factory=dict)
    by_code: dict[str, list[Entry]] = field(default_factory=dict)
    by_folded_course: dict[str, list[Entry]] = field(default_factory=dict)
    by_folded_code: dict[str, list[Entry]] = field(default_factory=dict)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> SectionsFound:
        """`entries` by each of their keys."""
        found: list[defaultdict[str, list[Entry]]] = [defaultdict(list) for _ in range(4)]
        for entry in entries:
            course = entry.fields.get(Field.COURSE_CODE, "")
            if course.strip():
                found[0][course].append(entry)
                found[2][blank_folded(course)].append(entry)
            for code in {entry.fields.get(each, "") for each in CODES}:
                if code.strip():
                    found[1][code].append(entry)
                    found[3][blank_folded(code)].append(entry)
        return cls(*(dict(each) for each in found))

    def exactly(self, values: Mapping[Field, str]) -> list[Entry]:
        """The sections that a row means: its course code, and one of its section codes."""
        course = values.get(Field.COURSE_CODE, "")
        codes = [values[each] for each in CODES if values.get(each, "").strip()]
        if not codes:
            return self.by_course.get(course, []) if course.strip() else []
        found = {id(entry): entry for code in codes for entry in self.by_code.get(code, [])}
        return [
            entry
            for entry in found.values()
            if not course.strip() or entry.fields.get(Field.COURSE_CODE, course) == course
        ]

    def nearest(self, values: Mapping[Field, str]) -> Entry | None:
        """The section that a row means, or the one most like it: case, blanks and the section's own code may differ."""
        if exactly := self.exactly(values):
            return exactly[0]
        course = self.by_folded_course.get(blank_folded(values.get(Field.COURSE_CODE, "")), [])
        for each in CODES:
            code = blank_folded(values.get(each, ""))
            for entry in course or self.by_folded_code.get(code, []):
                if code and blank_folded(entry.fields.get(each, "")) == code:
                    return entry
        return course[0] if course else None


class Table:
    """One table of a witness, and the questions that are asked of it."""

    def __init__(self, archive: Archive, roster: Roster) -> None:
        self._archive = archive
        self.roster = roster

    @property
    def is_whole(self) -> bool:
        """Whether what is not in it is not there."""
        return self.roster.complete and self.roster.rows > 0

    def users(self, rows: Sequence[Mapping[Field, str]]) -> UsersFound:
        """Everybody who has one of the keys of one of the rows."""
        ids = {near for row in rows for near in near_codes(row.get(Field.UNIQUE_ID, ""))}
        ids |= {row[Field.UNIQUE_ID] for row in rows if row.get(Field.UNIQUE_ID, "").strip()}
        return UsersFound.of(
            self._archive.users(
                self.roster.id,
                unique_ids=ids,
                usernames={row.get(Field.USERNAME, "") for row in rows},
                emails={row.get(Field.EMAIL, "") for row in rows},
                schoology_ids={row.get(Field.SCHOOLOGY_ID, "") for row in rows},
            )
        )

    def sections(self, rows: Sequence[Mapping[Field, str]]) -> SectionsFound:
        """Every section that has one of the codes of one of the rows, whatever its case, blanks or leading zeros."""
        courses = {row.get(Field.COURSE_CODE, "") for row in rows}
        # A Section Code is one of its course alone: "1" would find a section of every course.
        codes = {row.get(Field.SECTION_SCHOOL_CODE, "") for row in rows}
        codes |= {
            row.get(Field.SECTION_CODE, "") for row in rows if not row.get(Field.COURSE_CODE, "").strip()
        }
        find = self._archive.sections
        zeros = {near for code in codes for near in near_codes(code)} - codes
        found = find(self.roster.id, course_codes=courses, fold=True)
        found += find(self.roster.id, section_codes=codes, fold=True)
        found += find(self.roster.id, course_codes={near for code in courses for near in near_codes(code)})
        found += find(self.roster.id, section_codes=zeros)
        return SectionsFound.of({(entry.roster_id, entry.line): entry for entry in found}.values())

    def enrollments(self, rows: Sequence[Mapping[Field, str]]) -> dict[str, list[Entry]]:
        """The enrollments of the rows' users, by unique ID."""
        found: defaultdict[str, list[Entry]] = defaultdict(list)
        ids = {row.get(Field.UNIQUE_ID, "") for row in rows}
        for entry in self._archive.enrollments(self.roster.id, unique_ids=ids):
            found[entry.fields.get(Field.UNIQUE_ID, "")].append(entry)
        return dict(found)


class Accounts(Table):
    """The directory's users, with what Schoology said of single ones since it was read."""

    def users(self, rows: Sequence[Mapping[Field, str]]) -> UsersFound:
        """See `Table`; who was asked for singly is as that answer says, also where it says that there is none."""
        ids = {row[Field.UNIQUE_ID] for row in rows if row.get(Field.UNIQUE_ID, "").strip()}
        said = {
            key: answer
            for key, answer in self._archive.answers(Topic.USER, ids).items()
            if not self.roster.complete or answer.asked_at >= self.roster.seen_at
        }
        found = super().users(rows)
        if not said:
            return found
        kept = [
            entry
            for some in (found.by_id, found.by_username, found.by_email, found.by_number)
            for entries in some.values()
            for entry in entries
            if entry.fields.get(Field.UNIQUE_ID) not in said
        ]
        kept += [_entry(answer.values) for answer in said.values() if answer.values is not None]
        merged = UsersFound.of({id(entry): entry for entry in kept}.values())
        merged.nobody = frozenset(key for key, answer in said.items() if answer.values is None)
        return merged


def _entry(values: Mapping[str, str]) -> Entry:
    fields: dict[Field, str] = {}
    for value, meaning in zip(values.values(), Columns(tuple(values)).fields, strict=True):
        if meaning is not None:
            fields.setdefault(meaning, value)
    return Entry(0, 0, values, fields)


def _answered(archive: Archive) -> Accounts | None:
    """What Schoology said of single users, where no directory was ever read."""
    asked_at = archive.answered()
    if asked_at is None:
        return None
    nothing = Roster(0, Witness.DIRECTORY, Kind.USERS, asked_at, asked_at, "", (), {}, 0, complete=False)
    return Accounts(archive, nothing)


class Witnesses:
    """The tables that are asked: the newest whole one of each witness and kind, or else the newest."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._tables: dict[tuple[Witness, Kind], Table | None] = {}

    def table(self, witness: Witness, kind: Kind) -> Table | None:
        """What a witness says of a kind; None where it says nothing."""
        key = (witness, kind)
        if key not in self._tables:
            found = self._archive.rosters(witness, kind)
            roster = next((each for each in found if each.complete), found[0] if found else None)
            if key != (Witness.DIRECTORY, Kind.USERS):
                self._tables[key] = None if roster is None else Table(self._archive, roster)
            elif roster is None:
                return _answered(self._archive)
            else:
                self._tables[key] = Accounts(self._archive, roster)
        return self._tables[key]

    def sis(self, kind: Kind) -> Table | None:
        """What the SIS sends of a kind."""
        return self.table(Witness.SIS, kind)

    def schoology(self, kind: Kind) -> Table | None:
        """What Schoology holds of a kind."""
        return self.table(Witness.DIRECTORY, kind)
