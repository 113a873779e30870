"""One fetch: the log's pages from the site into the archive, page by page, with progress, a stop at any moment, and going on where the last one ended.

`walk` goes from page to page, `access` finds the reader's session and opens a visitor with it, `report` keeps what could not be read.
"""

from importlog_tui.fetching.access import Asker, visitor_for
from importlog_tui.fetching.report import write_report
from importlog_tui.fetching.walk import Fetched, Step, fetch

__all__ = ["Asker", "Fetched", "Step", "fetch", "visitor_for", "write_report"]
