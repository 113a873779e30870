"""One fetch: the log's pages from the site into the archive, page by page, with progress, a stop at any moment, and going on where the last one ended.

`walk` goes from page to page, `access` finds the reader's session and opens a visitor with it, `report` keeps what could not be read.
"""
