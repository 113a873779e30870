"""What each line of a page says: part of a run, an error, a heading, or only text.

A line is judged by the columns it stands in where headings tell them, else by its words. Messages are opaque (schoology.md 2): what stands in
a message's column is a message, whatever it says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from importlog_tui.model import Kind, Result
from importlog_tui.sources.status_log import words
from importlog_tui.sources.status_log.page.columns import is_message, is_untold, paired, with_message
from importlog_tui.sources.status_log.page.tokens import Said, judge, valued
from importlog_tui.sources.status_log.words import Named, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importlog_tui.sources.status_log.page.lines import Cell, Line, Piece
    from importlog_tui.times import Clock

_OF_LOG = {Role.NAME, Role.TIME, Role.RESULT, Role.ERRORS, Role.MESSAGE, Role.ROWS}


class Judge:
    """Judges the lines of one page in order, remembering headings."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.run_roles: dict[int, dict[int, Role]] = {}
        self.error_roles: dict[int, dict[int, Role]] = {}
        self.error_columns: dict[int, int] = {}
        self.calling: dict[int, set[int]] = {}
        self.rows_heading = False
        self.pending: Role | None = None
        self.pending_error = False

    def line(self, line: Line) -> Said:
        """What a line says."""
        if line.is_chrome or line.table is not None:
            return Said(is_label=True)
        cells = [cell for cell in line.cells if cell.pieces and not words.is_empty(cell.text)]
        if not cells:
            return Said(is_label=True)
        if (len(cells) > 1 or (line.grid and cells[0].is_heading)) and self._is_header(line, cells):
            return Said(is_label=True, rows_heading=self.rows_heading)
        if line.grid and (said := self._by_columns(line, cells)):
            return said
        said = self._by_words(line, cells)
        if line.grid and self._is_lost(line, cells, said):
            said.unread = line.text
        return said

    def _is_lost(self, line: Line, cells: Sequence[Cell], said: Said) -> bool:
        """Whether a row under a log's own headings says something of a run, and nothing was made of it."""
        roles = self.run_roles.get(line.grid, {})
        under = {roles[cell.column] for cell in cells if cell.column in roles}
        is_of_log = len(under & _OF_LOG) > 1 and bool(under & {Role.NAME, Role.TIME, Role.RESULT})
        is_known = said.kind is not None or said.message or (said.is_label and not said.is_of_run)
        return is_of_log and not is_known and not words.is_total(cells[0].text)

    def _is_header(self, line: Line, cells: Sequence[Cell]) -> bool:
        roles = {cell.column: role for cell in cells if (role := words.role_of(cell.text))}
        found = set(roles.values())
        marked = all(cell.is_heading for cell in cells)
        all_known = len(roles) == len(cells) and len(found) > 1
        has_rows = Role.ROWS in found and not any(words.number_alone(cell.text) is not None for cell in cells)
        if not found or not (marked or all_known or has_rows):
            return False
        if not marked and (cells[0].is_heading or (len(cells) == 2 and _is_labelled(cells))):
            return False
        if any(words.import_name(cell.text) and roles.get(cell.column) is None for cell in cells):
            return False
        if Role.ROWS in found:
            self.rows_heading = True
        if Role.ROWS in found or (Role.ROWS_LOOSE in found and Role.MESSAGE in found):
            if Role.ROWS not in found or Role.MESSAGE not in found:
                # "Errors" over the messages, "Rows" over the numbers.
                for column, role in list(roles.items()):
                    if (
                        role is Role.ERRORS
                        and Role.MESSAGE not in found
                        and not found & {Role.TIME, Role.RESULT}
                    ):
                        roles[column] = Role.MESSAGE
                    elif role is Role.ROWS_LOOSE and Role.ROWS not in found:
                        roles[column] = Role.ROWS
            self.error_roles[line.grid] = roles
        elif found == {Role.MESSAGE} and line.grid:
            for cell in cells:
                if words.calls_error(cell.text):
                    self.error_columns[line.grid] = cell.column
        if found & {Role.TIME, Role.RESULT, Role.NAME, Role.ERRORS} and (
            found & {Role.TIME, Role.RESULT} or Role.ROWS not in found
        ):
            self.run_roles[line.grid] = roles
            self.calling[line.grid] = {
                c.column for c in cells if words.calls_error(c.text) or roles.get(c.column) is Role.ERRORS
            }
        return True

    def _by_columns(self, line: Line, cells: Sequence[Cell]) -> Said | None:
        """A row under known headings: an error, a run, or in a flat table both."""
        errors, runs = self.error_roles.get(line.grid, {}), self.run_roles.get(line.grid, {})
        if not errors and not runs:
            only = next((c for c in cells if c.column == self.error_columns.get(line.grid)), None)
            return Said(text=only.text, href=only.href, is_error=True) if only is not None else None
        if (errors is runs or not errors) and (told := with_message(cells, runs)):
            errors = runs = told
        in_error = {column for column, role in errors.items() if role in {Role.MESSAGE, Role.ROWS}}
        # Where the same headings, or none, tell of runs, what stands in an error's columns is the error's alone.
        apart = in_error if errors is runs or not runs else set()
        run = self._run_of(
            [c for c in cells if c.column not in apart or _is_result_in(c, errors.get(c.column))], runs
        )
        error = self._error_of(line, cells, errors, run, is_flat=errors is runs) if errors else None
        if error is None:
            return run
        if run is None or errors is not runs:
            return error
        run.message, run.rows, run.href = error.message, error.rows, error.href
        run.more, run.unread = error.more, error.unread
        return run

    def _run_of(self, cells: Sequence[Cell], roles: dict[int, Role]) -> Said | None:
        said = Said()
        left: list[Cell] = []
        for cell in cells:
            role = roles.get(cell.column)
            hint = next((piece.hint for piece in cell.pieces if piece.hint), "")
            value = None
            if role and role not in {Role.MESSAGE, Role.ROWS, Role.ROWS_LOOSE}:
                value = valued(role, cell.text, self.clock, hint)
            if value is None or (role is Role.NAME and value.named is not Named.FULL):
                # An icon's or a badge's words beside the name are none of it.
                apart = self._joined(cell.pieces)
                value = apart if value is None or value.kind is None or apart.named is Named.FULL else value
                if not value.is_of_run and not value.hour:
                    left.append(cell)
            said.add(value)
        named_by_heading = next((cell for cell in left if roles.get(cell.column) is Role.NAME), None)
        if (
            said.kind is None
            and named_by_heading is not None
            and said.when is not None
            and said.when.at is not None
        ):
            text = words.bare(named_by_heading.text)
            if 2 < len(text) <= 60 and (said.result is not None or said.count is not None):
                said.kind, said.named, said.label = Kind.OTHER, Named.FULL, text
        if said.kind is None or (said.when is None and said.result is None and said.count is None):
            return None
        if said.result is None and said.count is None:
            self._take_unknown(said, left, roles)
        return said

    def _take_unknown(self, said: Said, left: Sequence[Cell], roles: dict[int, Role]) -> None:
        """Wording that isn't known is the result where it is all that is left of a run's row."""
        for cell in left:
            text = words.bare(cell.text)
            if (
                roles.get(cell.column) in {None, Role.RESULT}
                and 1 < len(text) <= 80
                and not words.is_control(text)
                and not text.isdigit()
            ):
                said.result, said.result_text = Result.UNKNOWN, text
                return

    def _joined(self, pieces: Sequence[Piece]) -> Said:
        said = Said()
        for piece in pieces:
            part = judge(piece.text, self.clock, hint=piece.hint)
            if (part.is_of_run or part.hour) and not part.message:
                said.add(part)
        return said

    def _error_of(
        self, line: Line, cells: Sequence[Cell], roles: dict[int, Role], run: Said | None, *, is_flat: bool
    ) -> Said | None:
        """The error in a row under Rows Affected: what stands in the message's column, else the row's first text.

        In a flat table the same row may tell the run, and no column need hold the number.
        """
        at = {role: column for column, role in reversed(roles.items())}
        # A run's own row may show a total in that column, and in a flat table an error, too.
        if run is not None and (Role.MESSAGE not in at or not is_flat):
            return None
        by_column = {cell.column: cell for cell in line.cells}
        rows_cell, message = by_column.get(at.get(Role.ROWS, -1)), by_column.get(at.get(Role.MESSAGE, -1))
        number = words.rows_in_cell(rows_cell.text) if rows_cell else None
        if message is not None and not words.is_empty(message.text):
            if is_flat and run is not None and not number and not self._is_error_of(message, run, line):
                return None
            untold = rows_cell is None or is_untold(rows_cell.text)
            if (
                number is None
                and not (is_flat and is_message(message))
                and (
                    not (rows_cell is not None and untold)
                    or run is not None
                    or words.is_control(message.text)
                )
            ):
                return None
        else:
            if number is None or run is not None:
                return None
            taken = {
                c for c, role in roles.items() if role in {Role.ROWS, Role.TIME, Role.RESULT, Role.OTHER}
            }
            free = (c for c in cells if c.column not in taken and not words.is_control(c.text))
            message = next((c for c in free if words.number_alone(c.text) is None), None)
            if message is None:
                return None
        if words.is_total(message.text):
            return Said(is_label=True)
        href = (rows_cell.href if rows_cell else "") or next((c.href for c in cells if c.href), "")
        if several := paired(message, rows_cell):
            first, *more = several
            is_lost = first[1] is None and rows_cell is not None and not words.is_empty(rows_cell.text)
            unread = line.text if is_lost else ""
            return Said(message=first[0], rows=first[1], href=first[2], more=more, unread=unread)
        return Said(message=message.text, rows=number, href=href)

    def _is_error_of(self, message: Cell, run: Said, line: Line) -> bool:
        """Whether text without any affected row is an error of its run, not a remark on one that had none."""
        is_called = message.column in self.calling.get(line.grid, set())
        return is_message(message) and (is_called or run.result is not Result.COMPLETED)

    def _by_words(self, line: Line, cells: Sequence[Cell]) -> Said:
        parts = [
            (piece, self._judged(piece, is_heading=cell.is_heading))
            for cell in cells
            for piece in cell.pieces
            if not words.is_empty(piece.text)
        ]
        pieces = [piece for piece, _ in parts]
        href = next((piece.href for piece in pieces if piece.href), "")
        if len(parts) == 1:
            said = parts[0][1]
            said.href = href
            return self._linked_number(pieces[0], said)
        said = Said(href=href)
        texts: list[str] = []
        number: int | None = None
        linked = False
        for piece, part in parts:
            if part.message:
                said.message, said.rows = part.message, part.rows
            elif part.is_of_run or part.hour:
                said.add(part)
            elif part.rows is not None:
                said.rows = part.rows
            elif part.number is not None:
                number, linked = part.number, linked or bool(piece.href)
            elif part.is_label:
                said.rows_heading |= part.rows_heading
                said.is_label = True
            elif part.text and not words.is_control(part.text):
                texts.append(part.text)
                said.is_error |= part.is_error
        # Without any heading, a sentence with a number as the row's last cell is an error, too (schoology.md 1.4).
        closing = (
            bool(line.grid)
            and len(texts) == 1
            and " " in texts[0].strip()
            and parts[-1][1].number is not None
        )
        return self._put_together(said, texts, number, is_rows=linked or closing or self.rows_heading)

    def _put_together(self, said: Said, texts: list[str], number: int | None, *, is_rows: bool) -> Said:
        if said.message:
            return said
        if said.kind is not None and (
            said.when is not None or said.result is not None or said.count is not None
        ):
            said.rows = None
            if (
                said.result is None
                and said.count is None
                and len(texts) == 1
                and len(texts[0]) <= 80
                and said.when is not None
            ):
                said.result, said.result_text = Result.UNKNOWN, texts[0]
            return said
        message = " ".join(texts)
        if message and (said.rows is not None or (number is not None and is_rows)):
            if words.is_total(message) or (words.is_statistic(message) and said.rows is None):
                return Said(is_label=True)
            return Said(message=message, rows=said.rows if said.rows is not None else number, href=said.href)
        if said.is_of_run:
            return said
        if message:
            return Said(text=message, href=said.href, is_error=said.is_error)
        said.number = number
        said.is_label = said.is_label and said.rows is None and number is None
        return said

    def _judged(self, piece: Piece, *, is_heading: bool) -> Said:
        said = judge(piece.text, self.clock, hint=piece.hint, is_heading=is_heading)
        role = words.role_of(piece.text) if said.is_label else None
        self.rows_heading |= said.rows_heading
        if role:
            self.pending, self.pending_error = role, words.calls_error(piece.text)
            return said
        pending, self.pending = self.pending, None
        if pending is Role.MESSAGE and self.pending_error and said.text:
            said.is_error = True
        if pending and (said.text or said.number is not None) and not words.is_control(piece.text):
            if pending is Role.ROWS and said.number is not None:
                return Said(rows=said.number)
            if pending in {Role.RESULT, Role.ERRORS} and (
                told := valued(pending, piece.text, self.clock, piece.hint)
            ):
                return told
            if pending is Role.OTHER and said.number is not None:
                return Said(is_label=True)
        return said

    def _linked_number(self, piece: Piece, said: Said) -> Said:
        """A message with its number in a link or badge of its own, as in "Email already in use (9)"."""
        if (
            not piece.linked
            or piece.linked == piece.text
            or not said.text
            or not (piece.href or self.rows_heading)
        ):
            return said
        number = words.number_alone(words.bare(piece.linked))
        number = words.rows_short(piece.linked) if number is None else number
        if number is None:
            return said
        head, _, tail = piece.text.rpartition(piece.linked)
        message = head.rstrip(" ([{-–—:→")
        if any(c.isalnum() for c in tail):
            message += " " + tail.lstrip(" )]}")
        return said if words.is_empty(message) else Said(message=message, rows=number, href=piece.href)


def _is_labelled(cells: Sequence[Cell]) -> bool:
    """Whether the first of two cells labels the second ("Status:" "Completed"), words that are headings, too."""
    is_status = words.role_of(cells[0].text) is Role.RESULT and words.result_of(cells[1].text) is not None
    return is_status or cells[0].text.rstrip().endswith(":")


def _is_result_in(cell: Cell, role: Role | None) -> bool:
    """Whether a run's result stands where its errors' numbers do."""
    return role is Role.ROWS and words.result_of(cell.text) is not None
