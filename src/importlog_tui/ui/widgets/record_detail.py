"""One record, every column of it, with what the eye can't see made visible.

    detail.show(record, state="new today", about=["The address is held by another account: 198804 Lopez, Marta."])
    detail.show(None, about=["no record is chosen"])

Scrolled by its action methods: `scroll_line_up`, `scroll_line_down`, `scroll_page_up`, `scroll_page_down`, `go_first`, `go_last`
(as `action_...`); the registry in `ui/actions.py` gives them their keys. No border and no padding: put it into a container for those.
"""
