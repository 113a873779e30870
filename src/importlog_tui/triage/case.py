"""One record under diagnosis: what the three witnesses say, made facts. The questions are asked before, for many records at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from importlog_tui.fields import Field
from importlog_tui.model import Kind
from importlog_tui.triage import collision, missing, persons
from importlog_tui.triage.compare import KEYS, difference
from importlog_tui.triage.facts import Facts, heading
from importlog_tui.triage.likeness import oddities, rewritten
from importlog_tui.triage.told_fields import CONCERNED, blank_required, named_in
from importlog_tui.triage.witnesses import UsersFound, blank_folded, near_codes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importlog_tui.model import Record
    from importlog_tui.roster import Entry
    from importlog_tui.triage.evidence import About, Asked, Holder
    from importlog_tui.triage.witnesses import UsersFound

_USERNAME: Final = re.compile(r"[A-Za-z0-9.\-_~]+")
_EMAIL: Final = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[^\s@,;.]+")
_KEPT: Final = {
    Field.ROLE: "role-differs",
    Field.EMAIL: "value-differs",
    Field.USERNAME: "value-differs",
    Field.LAST_NAME: "value-differs",
    Field.FIRST_NAME: "value-differs",
}
"""What Schoology takes over from the SIS each night -> what is seen where it holds another value."""
_LOOKED_AT: Final = (
    Field.UNIQUE_ID,
    Field.USERNAME,
    Field.EMAIL,
    Field.COURSE_CODE,
    Field.SECTION_CODE,
    Field.SECTION_SCHOOL_CODE,
    Field.ROLE,
    Field.SCHOOL,
    Field.GRADING_PERIOD,
)
_MOST_LINES: Final = 5


class Case:
    """Finds the facts of one record."""

    def __init__(self, record: Record, about: About, asked: Asked, sis: str) -> None:
        """`sis` is what the district calls its SIS."""
        self.record, self.about = record, about
        self.asked = asked
        self.values: dict[Field, str] = {}
        self._headings: dict[Field, str] = {}
        for column, value in record.values.items():
            meaning = about.fields.get(column)
            if meaning is not None and meaning not in self.values:
                self.values[meaning] = value
                self._headings[meaning] = column
        self.known = dict(about.facts)
        self.told = dict(about.told)
        self.words = {"sis": sis, **about.words}
        self.sis: Entry | None = None
        self.account: Entry | None = None
        self.sections: tuple[Entry | None, Entry | None] = (None, None)
        self.holders: list[Holder] = []
        self.sights: list[str] = []
        self.beside_words: dict[str, str] = {}
        self.field = self._concerned()
        self._find()

    @property
    def unique_id(self) -> str:
        """As the row writes it."""
        return self.values.get(Field.UNIQUE_ID, "")

    @property
    def beside(self) -> tuple[Entry | None, Entry | None]:
        """What the SIS and what Schoology says of the row's section, where that is what it fails by, else of its user."""
        return self.sections if any(self.sections) else (self.sis, self.account)

    def facts(self, *, at_sight: bool = False) -> Facts:
        """All that is known; `at_sight` is for the rules of what is seen besides the message."""
        words = {**self.words, **(self.beside_words if at_sight else {})}
        words = {name: value for name, value in words.items() if value}
        return Facts(
            self.known,
            self.told,
            words,
            self.field,
            _by_name(self.values, self.record.values),
            _by_name(self.sis.fields, self.sis.values) if self.sis else {},
            _by_name(self.account.fields, self.account.values) if self.account else {},
        )

    # Finding

    def _concerned(self) -> Field | None:
        wanted = CONCERNED.get(self.about.category, ())
        found = next((each for each in wanted if self.values.get(each, "").strip()), None)
        if found is None:
            found = next((each for each in wanted if each in self.values), None)
        if found is None:
            named = named_in(self.about.message)
            found = named if named in self.values else None
        return found

    def _find(self) -> None:
        about, asked = self.about, self.asked
        if asked.users is not None and self.unique_id.strip() and about.kind is not Kind.COURSES:
            self._of_sis(asked.users)
        if asked.accounts is not None and about.kind is not Kind.COURSES:
            self._of_schoology(asked.accounts)
        self._of_row()
        category = about.category
        if about.kind is Kind.USERS and category.startswith("duplicate-"):
            collision.collide(self)
        elif category == "duplicate-row":
            collision.twice(self)
        if category in {"user-not-found", "inactive-user"}:
            missing.user(self)
        if about.kind is not Kind.USERS and category in {"section-not-found", "grading-period"}:
            missing.section(self)
        if category in {"role-unmapped", "school-unmapped"}:
            self._unmapped()
        if self.field is not None:
            self._say("value", self.values.get(self.field, ""))
            self.words["field"] = self._headings.get(self.field, heading(self.field))
        self._against_sis()
        self._of_account()
        name = self.record.subject.name
        who = " ".join(
            part for part in (name, f"({self.unique_id})" if self.unique_id.strip() else "") if part
        )
        if about.kind is Kind.ENROLLMENTS and self.sis is not None and not name:
            who = persons.called(self.sis.fields)
        self._say("user", who)
        self._say("section", self.record.subject.section or "")
        self._say("course", self.values.get(Field.COURSE_CODE, ""))

    def _say(self, word: str, value: str) -> None:
        if value.strip():
            self.words[word] = value.strip() if word != "value" else value

    def note(self, fact: str, *, so: bool, told: str = "") -> None:
        """A fact, and the sentence that says it."""
        self.known[fact] = so
        if told:
            self.told[fact if so else f"not {fact}"] = told

    def _of_sis(self, users: UsersFound) -> None:
        found = users.by_id.get(self.unique_id, [])
        if found:
            self.sis = found[0]
            self.note(
                "in-sis",
                so=True,
                told=f"The SIS sends {self.unique_id}, line {found[0].line} of its Users file.",
            )
            active = persons.is_active(found[0])
            if active is not None:
                state = found[0].fields.get(Field.STATUS, "")
                self.note(
                    "inactive-in-sis",
                    so=not active,
                    told=f"Status in the SIS: {state}." if state else "Inactive in the SIS.",
                )
            if lacking := persons.left_out(found[0]):
                self.note("staff-left-out", so=True, told=f"The SIS record lacks {', '.join(lacking)}.")
                self.words["left_out"] = ", ".join(lacking)
        elif self.asked.users_whole:
            self.note("in-sis", so=False, told=f"The SIS's Users file has no {self.unique_id}.")
            self._other_id(users)
        near = [each for each in near_codes(self.unique_id) if each != self.unique_id and each in users.by_id]
        if near and not found:
            self.note("id-near", so=True, told=f"The SIS's Users file has {near[0]}.")
            self.words["near"] = near[0]

    def _other_id(self, users: UsersFound) -> None:
        others = [
            entry
            for key, known in (
                (self.values.get(Field.EMAIL, ""), users.by_email),
                (self.values.get(Field.USERNAME, ""), users.by_username),
            )
            for entry in known.get(blank_folded(key), [])
        ]
        for entry in others:
            if persons.same_person(self.values, entry.fields).is_same:
                self.note("other-id", so=True, told=f"The SIS sends {persons.called(entry.fields)}.")
                self.words["other_id"] = persons.called(entry.fields)
                return

    def _of_schoology(self, accounts: UsersFound) -> None:
        number = self.values.get(Field.SCHOOLOGY_ID, "").strip()
        found = accounts.by_id.get(self.unique_id, []) if self.unique_id.strip() else []
        found = found or (accounts.by_number.get(number, []) if number else [])
        if found:
            self.account = next((entry for entry in found if persons.is_active(entry)), found[0])
            self.note("in-schoology", so=True, told=f"Schoology has {persons.described(self.account)}.")
            active = persons.is_active(self.account)
            if active is not None:
                self.note(
                    "inactive-in-schoology",
                    so=not active,
                    told=f"Schoology has {persons.described(self.account)}.",
                )
        elif self.unique_id in accounts.nobody or (self.asked.accounts_whole and self.unique_id.strip()):
            self.note("in-schoology", so=False, told=f"Schoology has no account {self.unique_id}.")

    def _of_row(self) -> None:
        """What the row shows by itself."""
        about = self.about
        blank, is_blank = blank_required(about.kind, about.message, self.values)
        looked = about.category in {"missing-required", "role-unmapped", "school-unmapped", "grading-period"}
        if looked and about.category != "missing-required":
            wanted = CONCERNED[about.category][0]
            blank, is_blank = wanted, (not self.values[wanted].strip()) if wanted in self.values else None
        if looked and is_blank is not None:
            name = self._headings.get(blank, heading(blank)) if blank else ""
            self.note("field-blank", so=is_blank, told=f"{name} is blank in the row." if is_blank else "")
            if is_blank:
                self.field = blank
        order = [self.field, *_LOOKED_AT] if self.field else list(_LOOKED_AT)
        codes = about.category in {
            "user-not-found",
            "section-not-found",
            "invalid-format",
            "duplicate-row",
        }
        for each in order:
            value = self.values.get(each, "") if each else ""
            if not value or each is None:
                continue
            if codes and each in KEYS and (number := rewritten(value)):
                self._odd("spreadsheet-number", each, f"Excel wrote {number}")
                return
            names = oddities(value)
            is_free = each in {Field.ROLE, Field.SCHOOL, Field.GRADING_PERIOD}
            if names and (each is self.field or not is_free):
                self._odd("odd-characters", each, ", ".join(names))
                return
        if about.category != "invalid-format":
            return
        username, email = self.values.get(Field.USERNAME, ""), self.values.get(Field.EMAIL, "")
        if username and not _USERNAME.fullmatch(username):
            odd = sorted({c for c in username if not _USERNAME.fullmatch(c)})
            self._odd(
                "bad-username", Field.USERNAME, ", ".join("a space" if c == " " else f"“{c}”" for c in odd)
            )
        elif email and not _EMAIL.fullmatch(email):
            self._odd("bad-email", Field.EMAIL, email)
        elif self.field is None and self.sis is not None:
            sent = self.sis.fields
            self.field = next((each for each in _LOOKED_AT if oddities(sent.get(each, ""))), None)

    def _odd(self, fact: str, where: Field, names: str) -> None:
        if self.about.category in {"invalid-format", "missing-required"} or self.field is None:
            self.field = where
        if where is not self.field:
            return
        name = self._headings.get(where, heading(where))
        self.note(fact, so=True, told=f"{name}: {names}.")
        self.words["oddity"] = names

    def _unmapped(self) -> None:
        wanted = self.field
        value = self.values.get(wanted, "") if wanted else ""
        if wanted is None or not value.strip():
            return
        used = self.asked.used(wanted, value)
        if used is not None:
            self.note("value-used", so=used, told="" if used else f"No other user has {value}.")
        for near in sorted(near_codes(value) - {value}, key=len):
            if value.strip().isdecimal() and self.asked.used(wanted, near):
                self.note("code-zeros", so=True, told=f"Other users have {near}.")
                self.words["near"] = near
                return

    def _of_account(self) -> None:
        """What is to be seen of the account besides: another value than the SIS sends, an inactive account besides the active one."""
        if self.about.kind is not Kind.USERS or self.account is None or self.asked.accounts is None:
            return
        active = {persons.is_active(entry) for entry in self.asked.accounts.by_id.get(self.unique_id, [])}
        if {True, False} <= active:
            self.sights.append("second-account")
        for wanted, sight in _KEPT.items():
            theirs, ours = self.account.fields.get(wanted), self.sis.fields.get(wanted) if self.sis else None
            if theirs is None or ours is None or wanted is self.field:
                continue
            if wanted is Field.ROLE and not (persons.is_role(ours) and persons.is_role(theirs)):
                continue  # a code of the SIS's, which Schoology shows by a word of its own
            if difference(wanted, ours, theirs) != ():
                name = self._headings.get(wanted, heading(wanted))
                told = f"{name}: the SIS sends {ours or 'nothing'}, Schoology holds {theirs or 'nothing'}."
                self.note("differs-in-schoology", so=True, told=told)
                self.beside_words = {"field": name, "sis_value": ours, "schoology_value": theirs}
                self.sights.append(sight)
                return

    def _against_sis(self) -> None:
        """Whether the SIS sends what failed, and since when."""
        wanted = self.field
        if self.sis is None or wanted is None or self.about.kind is not Kind.USERS:
            return
        theirs = self.sis.fields.get(wanted)
        mine = self.values.get(wanted)
        if theirs is None or mine is None:
            return
        self.words["sis_value"] = theirs
        if self.known.get("field-blank"):
            self.note(
                "blank-in-sis",
                so=not theirs.strip(),
                told=f"It is blank in the SIS, line {self.sis.line} of its Users file."
                if not theirs.strip()
                else "",
            )
        # A page loses blanks and signs that can't be seen: a value that differs in nothing else is the one that failed.
        is_same = difference(wanted, mine, theirs) is not None
        self.note(
            "sis-same",
            so=is_same,
            told=f"The SIS sends the same, line {self.sis.line} of its Users file." if is_same else "",
        )
        if self.about.since and not is_same and theirs.strip():
            self.note("cured-in-sis", so=True, told=f"The SIS sends {theirs} by now.")
        names = oddities(theirs)
        if names and "odd-characters" not in self.known and theirs.strip():
            name = self._headings.get(wanted, heading(wanted))
            self.note("odd-characters", so=True, told=f"{name} in the SIS: {', '.join(names)}.")
            self.words["oddity"] = f"{', '.join(names)}, in the SIS"


def _by_name(fields: Mapping[Field, str], values: Mapping[str, str]) -> dict[str, str]:
    """Cells by meaning and by heading, for the patterns of a rule."""
    return {**{str(meaning): value for meaning, value in fields.items()}, **values}
