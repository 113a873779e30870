"""Leading zeros and letters that an XLSX shows and doesn't hold: cells whose number is written with a format such as 000000.

The library that reads spreadsheets gives values only. A district's IDs are such numbers, and 4117 is not 004117.
"""

from __future__ import annotations

import io
import re
import zipfile
from array import array
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from importlog_tui.sources.tables.number_format import shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlog_tui.sources.tables.number_format import Shape

    Padded = dict[tuple[int, Shape], array[int]]

_LARGEST_STYLES = 16 << 20
_CHUNK = 1 << 20
_LONGEST_TAG = 400


class Zeros:
    """The padded cells of one workbook, sheet by sheet. Whatever is odd in a file has none."""

    def __init__(self, data: bytes) -> None:
        """`data` is the whole file, its size already found harmless."""
        self._data = data
        self._shapes: dict[str, Shape] | None = None

    def of(self, sheet: str) -> Padded:
        """The padded cells of the sheet with this name: by column and shape, the rows; both from 0."""
        try:
            with zipfile.ZipFile(io.BytesIO(self._data)) as archive:
                if self._shapes is None:
                    self._shapes = _shape_by_style(archive)
                path = _path_of(archive, sheet) if self._shapes else ""
                return _padded(archive, path, self._shapes) if path else {}
        except (OSError, ValueError, KeyError, EOFError, ET.ParseError, zipfile.BadZipFile, RuntimeError):
            return {}


def _tree(archive: zipfile.ZipFile, name: str) -> ET.Element:
    if archive.getinfo(name).file_size > _LARGEST_STYLES:
        raise ValueError("too large for what it is")
    data = archive.read(name)
    if b"<!" in data.replace(b"<!--", b""):
        raise ValueError("declarations have no place in it")
    return ET.fromstring(data)  # noqa: S314  # without declarations there are no entities


def _shape_by_style(archive: zipfile.ZipFile) -> dict[str, Shape]:
    """The cell styles that put zeros or letters around a number, by what they show."""
    root = _tree(archive, "xl/styles.xml")
    codes = {
        part.get("numFmtId"): part.get("formatCode", "") for part in root.iterfind("{*}numFmts/{*}numFmt")
    }
    shapes = {
        str(number): shape_of(codes.get(style.get("numFmtId"), ""))
        for number, style in enumerate(root.iterfind("{*}cellXfs/{*}xf"))
    }
    return {number: shape for number, shape in shapes.items() if shape}


def _path_of(archive: zipfile.ZipFile, sheet: str) -> str:
    for part in _tree(archive, "xl/workbook.xml").iterfind("{*}sheets/{*}sheet"):
        if part.get("name") == sheet:
            identity = next((value for name, value in part.items() if name.endswith("}id")), "")
            break
    else:
        return ""
    for relation in _tree(archive, "xl/_rels/workbook.xml.rels"):
        if relation.get("Id") == identity:
            target = relation.get("Target", "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _padded(archive: zipfile.ZipFile, path: str, shapes: dict[str, Shape]) -> Padded:
    # So many alternatives would cost more at each cell than looking its style up.
    styles = "|".join(shapes) if len(shapes) < 50 else "[0-9]{1,6}"
    cell = re.compile(rf'<(?:\w+:)?c\b[^<>]{{0,200}}?\ss="(?P<style>{styles})"[^<>]{{0,200}}>'.encode())
    padded: Padded = {}
    for found in _matches(archive, path, cell):
        place = re.search(rb'\sr="([A-Z]{1,3})([0-9]{1,7})"', found[0])
        kind = re.search(rb'\st="(\w+)"', found[0])
        shape = shapes.get(found["style"].decode())
        if place and shape and (kind is None or kind[1] == b"n"):
            column = 0
            for letter in place[1]:
                column = column * 26 + letter - 64
            padded.setdefault((column - 1, shape), array("I")).append(int(place[2]) - 1)
    return padded


def _matches(archive: zipfile.ZipFile, path: str, what: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    with archive.open(path) as part:
        left = b""
        while piece := part.read(_CHUNK):
            block = left + piece
            end = block.rfind(b"<", max(0, len(block) - _LONGEST_TAG))
            end = len(block) if end < 0 else end
            yield from what.finditer(block, 0, end)
            left = block[end:]
        yield from what.finditer(left)
