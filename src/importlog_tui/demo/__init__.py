"""The made-up district: 30 nights of files, brought in by the real readers."""

from importlog_tui.demo.opening import bring_in_district, leave_files, prepare

__all__ = ["bring_in_district", "leave_files", "prepare"]
