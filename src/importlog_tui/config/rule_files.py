"""The files that rules stand in: the program's, and the district's own ([triage] rules)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from importlog_tui import locations
from importlog_tui.config.reading import text_of
from importlog_tui.errors import ConfigProblem

if TYPE_CHECKING:
    from importlog_tui.config.settings import Config

SHIPPED: Final = Path(__file__).parents[1] / "triage" / "rules.toml"


def rule_texts(config: Config | None = None) -> list[tuple[str, str]]:
    """(name, text) of each file, the program's first; without a configuration that alone.

    Raises:
        ConfigProblem: the district's file can't be read.
    """
    texts = [(SHIPPED.name, SHIPPED.read_text(encoding="utf-8"))]
    if config is not None and config.triage.rules:
        file = locations.expanded(config.triage.rules)
        try:
            own = text_of(file, must_exist=True)
        except ConfigProblem as fault:
            raise ConfigProblem(
                fault.what, where=fault.where, remedy="The setting [triage] rules names it."
            ) from fault
        texts.append((str(file), own or ""))
    return texts
