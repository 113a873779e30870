"""A screen of line widgets: of their lines only those that changed are put together, and a key's can be shown at once.

Textual hands a key to the widget in focus, lets it climb from there to the application, and paints when every widget on the way has been idle; then
it asks every widget in view for all of its lines. That is right for widgets of any kind, and most of the time that a key takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual._compositor import Compositor, CompositorUpdate
from textual.geometry import Region
from textual.screen import Screen

from importlog_tui.ui.widgets.lines import LineWidget

if TYPE_CHECKING:
    from rich.console import Console
    from textual.strip import Strip
    from textual.widget import Widget


class LineScreen(Screen[None], inherit_bindings=False):
    """Base of a screen whose parts are mostly line widgets."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = LineCompositor()

    def paint(self) -> None:
        """Show what line widgets want repainted now, and not when everybody is idle.

        Nothing is done where more than lines changes: what is laid out anew is painted once, when it stands.
        """
        parts = self._compositor.visible_widgets
        if not self.is_current or any(_lays_out(part) for part in (self, *parts)):
            return
        for part in parts:
            if isinstance(part, LineWidget) and part._repaint_required:
                part._repaint_required = False
                self._dirty_widgets.add(part)
        if self._dirty_widgets:
            self._on_timer_update()


def _lays_out(widget: Widget) -> bool:
    return widget._layout_required or widget._refresh_styles_required or widget._scroll_required


class Lines(CompositorUpdate):
    """Parts of lines, each where it belongs: (column, line) and strip."""

    def __init__(self, parts: list[tuple[int, int, Strip]]) -> None:
        self._parts = parts

    def render_segments(self, console: Console) -> str:
        """See `CompositorUpdate`."""
        return "".join(f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for x, y, strip in self._parts)


class LineCompositor(Compositor):
    """Textual's, but that lines of line widgets with nothing before them are taken from these widgets alone."""

    def render_partial_update(self) -> CompositorUpdate | None:  # type: ignore[override]  # nobody asks more of it
        """See `Compositor`."""
        parts = []
        for dirty in sorted(self._dirty_regions, key=lambda region: (region.y, region.x)):
            found = self._in_front(dirty)
            if found is None:
                return super().render_partial_update()
            widget, region = found
            for y in dirty.line_range:
                at = dirty.x
                for strip in widget.cells(y - region.y, at - region.x, dirty.right - region.x):
                    parts.append((at, y, strip))
                    at += strip.cell_length
        self._dirty_regions.clear()
        return Lines(parts) if parts else None

    def _in_front(self, dirty: Region) -> tuple[LineWidget, Region] | None:
        """The line widget that all of `dirty` shows; None where there is another kind of widget, or more than one."""
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            if seen.overlaps(dirty):
                if isinstance(widget, LineWidget) and seen.contains_region(dirty):
                    return widget, region
                return None
        return None
