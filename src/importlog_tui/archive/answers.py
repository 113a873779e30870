"""What Schoology said of single users, sections and buildings, each with its moment; and what is known of an account from that and the directory."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from importlog_tui.archive.connections import transaction
from importlog_tui.archive.opening import sound_words
from importlog_tui.archive.rosters import Rosters
from importlog_tui.directory import NUMBER, STATUS, Account, Answer, Topic
from importlog_tui.fields import Field
from importlog_tui.model import Kind
from importlog_tui.roster import Entry, Witness
from importlog_tui.text import whole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_NONE: Final = ""
"""What stands for "there is no such thing"."""
_STATES: Final = {"active": True, "inactive": False}


class Answers(Rosters):
    """The archive's part that holds them; `Archive` is one."""

    def keep_answers(self, answers: Iterable[Answer]) -> None:
        """Keep them in one transaction; a newer answer takes an older one's place.

        A list of inactive users that was read to its end takes the older one's place as a whole.

        Raises:
            ArchiveProblem: the archive can't be written.
        """
        kept = list(answers)
        rows = [
            (each.topic.value, whole(each.key), int(each.asked_at.timestamp()), _joined(each))
            for each in kept
        ]
        lists = [row[2] for row in rows if row[:2] == (Topic.INACTIVE.value, "")]
        with self._connections.one() as connection, transaction(connection):
            connection.executemany(
                """INSERT INTO answers VALUES (?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET asked = excluded.asked, told = excluded.told WHERE excluded.asked >= asked""",
                rows,
            )
            connection.executemany(
                "DELETE FROM answers WHERE topic = ? AND asked < ?",
                [(Topic.INACTIVE.value, at) for at in lists],
            )

    def answers(self, topic: Topic, keys: Collection[str] | None = None) -> dict[str, Answer]:
        """What was said of these, or of all of a topic, by key; nothing for what was never asked."""
        query = "SELECT key, asked, told FROM answers WHERE topic = ?"
        values: list[str] = [topic.value]
        if keys is not None:
            query += " AND key IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(list(keys)))
        with self._connections.one() as connection:
            found = connection.execute(query, values).fetchall()
            with sound_words():
                return {
                    key: Answer(
                        topic, key, datetime.fromtimestamp(asked, UTC), json.loads(told) if told else None
                    )
                    for key, asked, told in found
                }

    def answered(self) -> datetime | None:
        """When Schoology was last asked about a single user; None where it never was."""
        with self._connections.one() as connection:
            (asked,) = connection.execute(
                "SELECT max(asked) FROM answers WHERE topic = ?", (Topic.USER.value,)
            ).fetchone()
        return None if asked is None else datetime.fromtimestamp(asked, UTC)

    def accounts(self, unique_ids: Collection[str]) -> dict[str, Account]:
        """What is known of these users' accounts; nothing for those of whom Schoology was never asked."""
        wanted = [each for each in dict.fromkeys(unique_ids) if each.strip()]
        found: dict[str, Account] = {}
        roster = self.roster(Witness.DIRECTORY, Kind.USERS) if wanted else None
        if roster is not None and Field.UNIQUE_ID in roster.fields.values():
            found = {each: Account(each, roster.seen_at, False, "", None, {}) for each in wanted}
            for entry in self.users(roster.id, unique_ids=wanted):
                account = _of_entry(entry, roster.seen_at)
                if not found[account.unique_id].is_active:  # of two with one ID, the one in use
                    found[account.unique_id] = account
        for answer in self.answers(Topic.USER, wanted).values() if wanted else ():
            known = found.get(answer.key)
            if known is None or known.as_of <= answer.asked_at:
                found[answer.key] = _of_answer(answer)
        return found

    def numbers(self, unique_ids: Collection[str]) -> dict[str, str]:
        """Schoology's own numbers of these users, where they are known: the same as `accounts` tells, for many at once."""
        wanted = json.dumps([each for each in dict.fromkeys(unique_ids) if each.strip()])
        roster = self.roster(Witness.DIRECTORY, Kind.USERS)
        with self._connections.one() as connection:
            found: dict[str, str] = {}
            at = 0
            if roster is not None:
                at = int(roster.seen_at.timestamp())
                rows = connection.execute(
                    """SELECT unique_id, trim(schoology_id) FROM roster_users
                        WHERE roster_id = ? AND unique_id IN (SELECT value FROM json_each(?)) AND schoology_id IS NOT NULL
                        ORDER BY coalesce(lower(trim(status)), '') != 'inactive', id DESC""",
                    (roster.id, wanted),
                )
                found.update(rows.fetchall())
            told = connection.execute(
                """SELECT key, told FROM answers
                    WHERE topic = ? AND asked >= ? AND key IN (SELECT value FROM json_each(?))""",
                (Topic.USER.value, at, wanted),
            )
            for key, values in told.fetchall():
                found[key] = json.loads(values).get(NUMBER, "") if values else ""
        return {key: number for key, number in found.items() if number}


def _joined(answer: Answer) -> str:
    return _NONE if answer.values is None else whole(json.dumps(dict(answer.values), ensure_ascii=False))


def _of_entry(entry: Entry, as_of: datetime) -> Account:
    told = entry.fields
    number = told.get(Field.SCHOOLOGY_ID, "").strip()
    status = _STATES.get(told.get(Field.STATUS, "").strip().casefold())
    return Account(told[Field.UNIQUE_ID], as_of, True, number, status, entry.values)


def _of_answer(answer: Answer) -> Account:
    if answer.values is None:
        return Account(answer.key, answer.asked_at, False, "", None, {})
    status = _STATES.get(answer.values.get(STATUS, "").casefold())
    return Account(answer.key, answer.asked_at, True, answer.values.get(NUMBER, ""), status, answer.values)
