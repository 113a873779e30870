"""The log from the site itself, with the reader's own session: addresses in, pages out; what a page says is read by the rooms beside this one.

`cookie` understands what a reader copies from the browser, `reach` says where the session may be sent, `visitor` asks politely
and gives up clearly, `wire` takes in what comes, `answers` tells a page of the log from
a login page and its like, `following` finds the links that may be followed, `masking` makes a page fit to be shown to others.
"""
