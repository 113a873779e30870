"""Show: the Textual screen. The only room that loads Textual or Rich."""
