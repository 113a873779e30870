"""The errors that a notification mail names, each with its message and its number of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.model import ErrorReading
from importlog_tui.sources.status_log import words
from importlog_tui.sources.status_log.page.judge import Judge
from importlog_tui.sources.status_log.page.lines import lines_of_text
from importlog_tui.sources.status_log.wording import import_named, result_told
from importlog_tui.sources.status_log.words import Role

if TYPE_CHECKING:
    from importlog_tui.times import Clock

_NEAR = 2
"""Lines between an error's message and the line that tells its rows."""


def errors_named(text: str, clock: Clock) -> list[ErrorReading]:
    """The errors in a mail's text: in one line, in a table's row, or behind a label with the number in a line of its own."""
    judge, found, last, is_list = Judge(clock), list[ErrorReading](), -_NEAR - 1, False
    for n, line in enumerate(lines_of_text(text, clock).lines):
        said = judge.line(line)
        told = [(said.message, said.rows), *((message, rows) for message, rows, _ in said.more)]
        errors = [(message.strip(), rows) for message, rows in told if _is_error(message)]
        if not errors and said.is_error and _is_error(said.text):
            errors = [(said.text.strip(), None)]
        elif not errors and is_list and (behind := words.rows_behind(said.text)):
            errors = [(behind[1], behind[0])]
        role = words.role_of(line.text) if said.is_label else None
        is_list = role in {Role.ERRORS, Role.MESSAGE} or (is_list and bool(errors))
        if errors:
            found += [ErrorReading(message, rows, "") for message, rows in errors]
            last = n
        elif (
            said.rows is not None
            and not said.message
            and n - last <= _NEAR
            and found[-1].rows_affected is None
        ):
            found[-1].rows_affected = said.rows
    return found


def _is_error(message: str) -> bool:
    """Whether a message is one, not a sentence that tells of the run itself with the rows that it affected."""
    is_of_run = result_told(message) or import_named(message) or words.result_of(message)
    return bool(message.strip()) and not is_of_run and words.error_count(message) is None
