"""Which encoding a text file has, and reading it so that no byte is lost.

UTF-8 is what Schoology takes (schoology.md 3), but Excel writes UTF-16 for "Unicode text" and Windows-1252 for plain CSV. A file whose
first megabytes are plain ASCII may turn out to be Windows-1252 at its end, so that is no decision made at the start: every byte that does
not fit UTF-8 is read as Windows-1252 where it stands.
"""

from __future__ import annotations

import codecs
import io
from typing import BinaryIO

_FALLBACK = "importlog-windows-1252"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    # One byte at a time: what follows may be UTF-8 again. The five bytes that Windows-1252 leaves open are the C1 controls of Latin-1.
    byte = error.object[error.start : error.start + 1]
    try:
        return byte.decode("cp1252"), error.start + 1
    except UnicodeDecodeError:
        return byte.decode("latin-1"), error.start + 1


codecs.register_error(_FALLBACK, _as_windows_1252)

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(head: bytes) -> str:
    """The codec for a text that begins with `head`."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    # Text in UTF-16 without a mark: nearly every second byte of Latin text is zero. A NUL here and there in UTF-8 is something else.
    sample = head[: len(head) // 2 * 2]
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if half and odd > half * 0.4 and even < half * 0.1:
        return "utf-16-le"
    if half and even > half * 0.4 and odd < half * 0.1:
        return "utf-16-be"
    return "utf-8"


def _errors(encoding: str) -> str:
    return _FALLBACK if encoding.startswith("utf-8") else "replace"


def decode(data: bytes, encoding: str | None = None) -> str:
    """`data` as text, without a byte order mark; never raises."""
    encoding = encoding or encoding_of(data[:4096])
    return data.decode(encoding, _errors(encoding))


def decoder(encoding: str) -> codecs.IncrementalDecoder:
    """What makes text of chunks of bytes, as `open_text` would."""
    return codecs.getincrementaldecoder(encoding)(_errors(encoding))


def open_text(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """`file` as text, its line ends kept."""
    return io.TextIOWrapper(file, encoding=encoding, errors=_errors(encoding), newline="")


class Strict:
    """Decodes chunk by chunk and remembers where the encoding was first broken.

    Attributes:
        fits: the part of the last chunk before the first byte that does not fit, as UTF-8; None while everything fits.
    """

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._strict = codecs.getincrementaldecoder(encoding)("strict")
        self._loose = decoder(encoding)
        self.fits: bytes | None = None

    def utf8(self, chunk: bytes, *, final: bool = False) -> bytes:
        """`chunk` as UTF-8 bytes."""
        if self.fits is not None:
            return self._loose.decode(chunk, final).encode("utf-8", "surrogatepass")
        state = self._strict.getstate()
        try:
            text = self._strict.decode(chunk, final)
        except UnicodeDecodeError as error:
            self._loose.setstate(state)
            text = self._loose.decode(chunk, final)
            self.fits = (
                error.object[: error.start].decode(self._encoding, "replace").encode("utf-8", "surrogatepass")
            )
            return text.encode("utf-8", "surrogatepass")
        return chunk if self._encoding == "utf-8" else text.encode("utf-8", "surrogatepass")
