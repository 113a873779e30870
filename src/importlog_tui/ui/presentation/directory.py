"""What Schoology says of a user or a section, in a line above the record, with its age."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from importlog_tui.text import one_line
from importlog_tui.ui.presentation import words

if TYPE_CHECKING:
    from datetime import tzinfo

    from importlog_tui.directory import Account, Answer


def of_account(account: Account, now: datetime, zone: tzinfo | None) -> str:
    """One sentence: whether there is an account, in use or not since when and by whom, and whose; its values stand beside the row's."""
    told = account.values
    number = f" {one_line(account.number)}" if account.number else ""
    if not account.exists:
        said = f"no account has the Unique ID {one_line(account.unique_id)}"
    elif account.is_active is False:
        said = f"account{number} is inactive{_since(account, now, zone)}"
    else:
        parts = [told.get(heading, "") for heading in ("Name", "Role", "School")]
        if not parts[0]:
            parts[0] = f"{told.get('First Name', '')} {told.get('Last Name', '')}".strip()
        facts = ", ".join(one_line(part) for part in parts if part.strip())
        said = f"account{number} is in use" + (f": {facts}" if facts else "")
    return f"Schoology, {words.ago(account.as_of, now)}: {said}."


def _since(account: Account, now: datetime, zone: tzinfo | None) -> str:
    by = f", made so by {one_line(account.by)}" if account.by else ""
    try:
        at = datetime.fromisoformat(account.since).astimezone(zone)
    except ValueError:
        return by
    day = words.day_name(at.date(), now.astimezone(zone).date())
    return f" since {day} {at:%H:%M}{by}"


def of_section(answer: Answer, now: datetime) -> str:
    """One sentence: whether there is a section with this code, and what it is."""
    told, code = answer.values, one_line(answer.key)
    if told is None:
        said = f"no section has the school code {code}"
    else:
        parts = [told.get(heading, "") for heading in ("Course Code", "Course Name", "Section Name")]
        facts = ", ".join(one_line(part) for part in parts if part.strip())
        past = " in a past grading period" if told.get("Active") == "0" else ""
        said = f"section {code}{past}" + (f": {facts}" if facts else "")
    return f"Schoology, {words.ago(answer.asked_at, now)}: {said}."
