"""One thing that the doctor looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Attributes:
        text: what was found, safe, without a full stop.
        ok: False where there is something to mend.
        remedy: what to do about it, a safe sentence; also a hint where nothing is wrong, or "".
    """

    topic: str
    text: str
    ok: bool = True
    remedy: str = ""

    def row(self) -> dict[str, object]:
        """As a JSON object."""
        return {"topic": self.topic, "ok": self.ok, "text": self.text, "remedy": self.remedy}
