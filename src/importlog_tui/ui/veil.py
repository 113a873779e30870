"""The privacy switch of the screen: persons made unreadable wherever they are shown, while all keys go on meaning the real record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from importlog_tui.directory import BY, SINCE
from importlog_tui.fields import Columns
from importlog_tui.report.masking import (
    masked,
    masked_id,
    masked_name,
    masked_sentence,
    masked_subject,
    masked_values,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from importlog_tui.directory import Account
    from importlog_tui.fields import Field
    from importlog_tui.model import Record
    from importlog_tui.triage.common import Common
    from importlog_tui.triage.disabled import Disabled
    from importlog_tui.ui.presentation.why import Why


class Veil:
    """Whether persons are masked, and how.

    Attributes:
        is_on: they are.
    """

    def __init__(self, aliases: Mapping[str, Field] | None = None, *, is_on: bool = False) -> None:
        """`aliases` are a district's own headings."""
        self.is_on = is_on
        self._aliases = dict(aliases or {})
        self._columns: dict[tuple[str, ...], Columns] = {}

    @property
    def told(self) -> str:
        """Whether persons are masked, a sentence."""
        if self.is_on:
            return "Names, addresses and IDs are masked, in work lists, too; the keys still mean the real record."
        return "Names, addresses and IDs are shown."

    def record(self, record: Record) -> Record:
        """The record as it may be shown."""
        if not self.is_on:
            return record
        headings = tuple(record.values)
        columns = self._columns.setdefault(headings, Columns(headings, self._aliases))
        values = masked_values(record.values, columns)
        return record._replace(subject=masked_subject(record.subject), values=values)

    def account(self, account: Account) -> Account:
        """What Schoology holds of a user, as it may be shown."""
        if not self.is_on:
            return account
        values = masked_values(account.values, Columns(tuple(account.values)))
        # Who made it inactive is a person as well; when it was is not.
        values |= {SINCE: account.since, BY: masked_name(account.by)}
        unique_id, number = masked_id(account.unique_id), masked_id(account.number)
        return account._replace(unique_id=unique_id, number=number, values=values)

    def disabled(self, told: Disabled | None) -> Disabled | None:
        """Why an account does not stay active, as it may be shown: who made it inactive is a person as well."""
        if told is None or told.made is None or not self.is_on:
            return told
        return replace(told, made=replace(told.made, by=masked_name(told.made.by)))

    def sentence(self, text: str, record: Record | None = None) -> str:
        """A line about a record, or about several, as it may be shown."""
        if not self.is_on:
            return text
        hidden: dict[str, str] = {}
        if record is not None:
            for column, shown in self.record(record).values.items():
                if record.values[column] != shown:
                    hidden[record.values[column]] = shown
            subject = record.subject
            hidden |= {subject.user or "": masked_id(subject.user or "")}
            if subject.user or not subject.section:
                hidden |= {subject.name or "": masked_name(subject.name or "")}
        return masked_sentence(
            text, {written: shown for written, shown in hidden.items() if len(written) > 1}
        )

    def why(self, why: Why | None, record: Record | None) -> Why | None:
        """A cause as it may be shown: without the witnesses' values."""
        if why is None or not self.is_on:
            return why
        others = {name: masked_name(name) for name in why.persons}

        def shown(line: str) -> str:
            return masked_sentence(self.sentence(line, record), others)

        return why._replace(said=tuple(map(shown, why.said)), note=shown(why.note), tables=(), is_whole=False)

    def common(self, each: Common) -> Common:
        """Something that rows have in common, as it may be shown: no name, no address, no ID."""
        if not self.is_on:
            return each
        field = Columns((each.column,), self._aliases).fields[0]
        verb, _, value = each.what.partition(" ")
        if verb == "is" and not each.what.startswith(("is at ", "is empty", "is a number", "is in ")):
            return replace(each, what=f"is {masked(value, field)}")
        begins, _, with_ = each.what.partition("begins with ")
        if not begins and with_:
            return replace(each, what=f"begins with {masked(with_, field)}")
        return replace(each, what=masked_sentence(each.what))
