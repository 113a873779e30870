"""A widget painted line by line, of which only what changed goes to the terminal.

Textual repaints a widget whole, from edge to edge, blanks included. Over a slow line that is most of the wait, so a `LineWidget` compares
its lines with those it painted last and asks for the cells from the first column to the last one that is or was visible, of lines that differ.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from importlog_tui import text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

PLAIN = Style.null()
"""The terminal's own colours without attributes: no style bytes at all."""


def _without_defaults(style: Style) -> Style:
    """`style` without the terminal's own colours, which hold where nothing is said."""
    colours = [
        None if colour is None or colour.is_default else colour for colour in (style.color, style.bgcolor)
    ]
    return (style.without_color + Style.from_color(*colours)) if any(colours) or style._attributes else PLAIN


class Line(NamedTuple):
    """One line as it is painted: `strip` fills the width, `used` is where its visible part ends, `ground` the style of the rest."""

    strip: Strip
    used: int
    ground: Style


def line_of(
    parts: Iterable[tuple[str, Style]], width: int, ground: Style, *, fill: Style | None = None
) -> Line:
    """A line of safe texts, each with its style, cut at `width` cells and filled up with blanks.

    `fill` is the style of those blanks where they should be seen (a bar); blanks in the style `ground` at the end don't count as used.
    """
    segments: list[Segment] = []
    taken = 0
    for part, style in parts:
        cells = text.width(part)
        shown = part if taken + cells <= width else text.fit(part, width - taken)
        if shown and segments and segments[-1].style == style:
            segments[-1] = Segment(segments[-1].text + shown, style)
        elif shown:
            segments.append(Segment(shown, style))
        if shown:
            taken = min(width, taken + cells)
    rest = " " * (width - taken)
    if fill is not None and fill != ground:
        if segments and segments[-1].style == fill:
            rest = segments.pop().text + rest
        if rest:
            segments.append(Segment(rest, fill))
        return Line(Strip(segments, width), width, ground)
    used = taken
    if segments and segments[-1].style == ground:
        last = segments.pop().text
        kept = last.rstrip(" ")
        used -= len(last) - len(kept)
        rest = last + rest
    if rest:
        segments.append(Segment(rest, ground))
    return Line(Strip(segments, width), used, ground)


class LineWidget(Widget, inherit_bindings=False):
    """Base of widgets that know their lines.

    A subclass answers `line(y)`, the same object as long as nothing changed, and calls `repaint` after every change of its state. It has no
    border and no padding, and `forget_styles` drops the lines it keeps.
    """

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, classes=classes)
        self._painted: list[Line] = []
        self._ground: Style | None = None
        self._parts: dict[str, Style] = {}

    @property
    def is_container(self) -> bool:
        """Its lines are its own; there are no widgets inside."""
        return False

    def line(self, y: int) -> Line:
        """The line `y` of the widget as it should be now, `self.size.width` cells wide."""
        raise NotImplementedError

    def forget_styles(self) -> None:
        """Drop lines that were made with styles that are gone."""

    @property
    def ground(self) -> Style:
        """The widget's own style, that of blanks and of plain text."""
        if self._ground is None:
            self._ground = self._cheap(self.visual_style.rich_style)
        return self._ground

    def part_style(self, name: str) -> Style:
        """The style of the component class `name`."""
        style = self._parts.get(name)
        if style is None:
            style = self._parts[name] = self._cheap(self.get_component_rich_style(name))
        return style

    def _cheap(self, style: Style) -> Style:
        return _without_defaults(style) if self.app.native_ansi_color else style

    def repaint(self) -> None:
        """Have the lines painted that are not as they were painted last."""
        width, height = self.size
        lines = [self.line(y) for y in range(height)]
        if len(lines) != len(self._painted) or (
            lines and lines[0].strip.cell_length != self._painted[0].strip.cell_length
        ):
            super().refresh()
        else:
            changed = [
                Region(0, y, max(new.used, old.used) if new.ground == old.ground else width, 1)
                for y, (new, old) in enumerate(zip(lines, self._painted, strict=True))
                if new is not old and new != old
            ]
            if changed:
                super().refresh(*changed)
        self._painted = lines

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """As ever, but a plain request to paint everything again paints what differs."""
        if regions or layout or recompose or not repaint or not self._painted:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        self.repaint()
        return self

    def notify_style_update(self) -> None:
        """Another theme, other colours, or the focus came or went."""
        self._ground = None
        self._parts.clear()
        self.forget_styles()
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of `crop`, straight from `line`: no styles cache in between, which would write a style around every blank."""
        strips = [self._filtered(self.line(y).strip) for y in crop.line_range]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def cells(self, y: int, start: int, stop: int) -> list[Strip]:
        """The columns start..stop of line `y`, in one strip or two; the same objects where it was asked before, which know what they are for a terminal."""
        line = self.line(y)
        if start or line.used >= stop:
            return [self._filtered(line.strip).crop(start, stop)]
        return [*self.shown_part(line), self._filtered(_blanks(stop - line.used, line.ground))]

    def shown_part(self, line: Line) -> list[Strip]:
        """Its cells up to where its visible part ends."""
        return [self._filtered(line.strip.crop(0, line.used))] if line.used else []

    def _filtered(self, strip: Strip) -> Strip:
        filters = self.get_line_filters()
        if any(line_filter.enabled for line_filter in filters) and any(segment.style for segment in strip):
            background = self.background_colors[1]
            for line_filter in filters:
                if line_filter.enabled:
                    strip = strip.apply_filter(line_filter, background)
        return strip


@lru_cache(maxsize=256)
def _blanks(count: int, ground: Style) -> Strip:
    return Strip([Segment(" " * count, ground)], count)
