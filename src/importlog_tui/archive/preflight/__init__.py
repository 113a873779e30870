"""The check's set work, in SQL over the rosters of a scratch archive: `look` (the way in), `statements` (one a rule), `enrollments`, `words`."""

from importlog_tui.archive.preflight.look import Fates, FoundRow, Preflight, Source, preflight

__all__ = ["Fates", "FoundRow", "Preflight", "Source", "preflight"]
