"""The made-up district: 30 nights of files, brought in by the real readers."""

from importlog_tui.demo.opening import bring_in_district, leave_files, prepare
from importlog_tui.demo.roster import ADDRESS, DISTRICT

__all__ = ["ADDRESS", "DISTRICT", "bring_in_district", "leave_files", "prepare"]
