"""Colours: a calm dark and a calm light set, and the terminal's own.

Every text colour keeps a contrast of at least 4.5 to its background; a test measures it. The terminal's own colours take few bytes on the wire
(textual-over-ssh.md B.5), and show the cursor by reverse video, which no palette can make unreadable.
"""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="importlog-dark",
    primary="#8fb6d9",
    secondary="#8fb6d9",
    accent="#d9b36c",
    warning="#d9b36c",
    error="#ef8f8a",
    success="#93c48b",
    foreground="#d4d8dd",
    background="#16191d",
    surface="#16191d",
    panel="#1f242a",
    text_alpha=1.0,
    variables={
        "text-muted": "#98a1ab",
        "rule": "#3b434c",
        "block-cursor-background": "#31516f",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#262d35",
        "block-cursor-blurred-foreground": "#e6e9ec",
        "block-cursor-blurred-text-style": "none",
        "input-cursor-background": "#d4d8dd",
        "input-cursor-foreground": "#16191d",
        "input-selection-background": "#31516f",
    },
)

LIGHT = Theme(
    name="importlog-light",
    dark=False,
    primary="#1f5c8f",
    secondary="#1f5c8f",
    accent="#7d5700",
    warning="#7d5700",
    error="#a3282b",
    success="#2b6a2f",
    foreground="#23272c",
    background="#fbfaf6",
    surface="#fbfaf6",
    panel="#f0eee7",
    text_alpha=1.0,
    variables={
        "text-muted": "#596068",
        "rule": "#c6c2b6",
        "block-cursor-background": "#c5dcf0",
        "block-cursor-foreground": "#0c1a26",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#e6e4dc",
        "block-cursor-blurred-foreground": "#23272c",
        "block-cursor-blurred-text-style": "none",
        "input-cursor-background": "#23272c",
        "input-cursor-foreground": "#fbfaf6",
        "input-selection-background": "#c5dcf0",
    },
)

TERMINAL = Theme(
    name="importlog-terminal",
    ansi=True,
    primary="ansi_default",
    secondary="ansi_default",
    accent="ansi_default",
    warning="ansi_default",
    error="ansi_red",
    success="ansi_default",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    text_alpha=1.0,
    variables={
        "text-muted": "ansi_default",
        "rule": "ansi_default",
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "block-cursor-background": "ansi_default",
        "block-cursor-foreground": "ansi_default",
        "block-cursor-text-style": "reverse",
        "block-cursor-blurred-background": "ansi_default",
        "block-cursor-blurred-foreground": "ansi_default",
        "block-cursor-blurred-text-style": "bold",
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_default",
        "footer-key-foreground": "ansi_default",
    },
)

THEMES = {"dark": DARK, "light": LIGHT, "terminal": TERMINAL}


def chosen(setting: str, *, is_remote: bool, no_color: bool) -> str:
    """Name of the theme for `[screen] theme`: "auto" is the terminal's own over a wire, the dark one on this machine."""
    if no_color or (setting == "auto" and is_remote):
        return TERMINAL.name
    return THEMES.get(setting, DARK).name
