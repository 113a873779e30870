"""Pages inside a page, put in their place: a frame whose page stands in the frame's own tag, and what a web component holds.

A browser that saves a page as one file (SingleFile, for one) writes both that way, and the parser would show neither.
"""

from __future__ import annotations

import re
from html import unescape

_FRAME = re.compile(r"""<iframe\b(?:[^"'<>]++|"[^"]*+"|'[^']*+')*+>""", re.IGNORECASE)
_INSIDE = re.compile(r"""\ssrcdoc\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_DEEPEST_FRAME = 4
_TEMPLATE = re.compile(r"<(/?)template\b([^<>]{0,1000})>", re.IGNORECASE)
_SHADOW = re.compile(r"\sshadowroot(?:mode)?\b", re.IGNORECASE)


def opened(markup: str) -> str:
    """`markup` with the pages of its frames and the insides of its components where they are seen."""
    for _ in range(_DEEPEST_FRAME):
        if "srcdoc" not in markup.lower():
            break
        markup = _FRAME.sub(_page_of, markup)
    return _with_components(markup) if "shadowroot" in markup.lower() else markup


def _page_of(frame: re.Match[str]) -> str:
    inside = _INSIDE.search(frame[0])
    return f"<div>{unescape(inside[1] or inside[2] or '')}</div>" if inside else frame[0]


def _with_components(markup: str) -> str:
    """Templates that hold a component's inside become plain parts of the page; others stay templates, which show nothing."""
    is_component: list[bool] = []

    def replaced(found: re.Match[str]) -> str:
        if not found[1]:
            is_component.append(_SHADOW.search(found[2]) is not None)
            return "<div>" if is_component[-1] else found[0]
        return "</div>" if is_component and is_component.pop() else found[0]

    return _TEMPLATE.sub(replaced, markup)
