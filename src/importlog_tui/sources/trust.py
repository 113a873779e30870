"""Which certificates are trusted: the usual ones, and an authority of the district's own."""

from __future__ import annotations

import ssl

from importlog_tui.errors import SourceProblem
from importlog_tui.text import one_line


def trust_of(ca_file: str) -> ssl.SSLContext:
    """A context for httpx; `ca_file` is a PEM file, "" for none.

    Raises:
        SourceProblem: it can't be read.
    """
    import httpx

    context = httpx.create_ssl_context()
    if ca_file:
        from pathlib import Path

        try:
            context.load_verify_locations(cafile=str(Path(ca_file).expanduser()))
        except (OSError, ssl.SSLError, RuntimeError) as fault:
            reason = (
                fault.strerror if isinstance(fault, OSError) and fault.strerror else "it holds no certificate"
            )
            raise SourceProblem(
                f"the certificates can't be read ({one_line(reason)})",
                where=f"{ca_file}, [access] ca_file",
                remedy="Name a PEM file.",
            ) from None
    return context
