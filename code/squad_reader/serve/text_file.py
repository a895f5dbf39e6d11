"""A user's own text, from a file, from standard input or from a flag, as it stands."""

import re
import sys

from squad_reader.errors import InputError

# How a file begins that is no text, what it is, and what makes a text of it.
OTHER_FORMS = (
    (b"%PDF-", "a PDF file", "pdftotext makes a text file of it"),
    (b"PK\x03\x04", "a DOCX or other zip file", "pandoc makes a text file of DOCX"),
    (b"\xd0\xcf\x11\xe0", "an old Office file", "LibreOffice makes a text file of it"),
    (b"\x1f\x8b", "a gzip file", "gunzip unpacks it"),
    (b"{\\rtf", "an RTF file", "LibreOffice makes a text file of it"),
)
# XHTML begins as XML; comments may stand before everything.
HTML = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
BEGINNING = 1024  # bytes in which that stands
BOM = "\ufeff".encode()
STDIN = "-"


def read_text(path: str) -> str:
    """The text of a file, or of standard input for "-"; a BOM is not part of it.

    Raises:
        InputError: there is no such file, or it is no text in UTF-8.
    """
    return decoded(_bytes_of(path), "standard input" if path == STDIN else path)


def _bytes_of(path: str) -> bytes:
    if path == STDIN:
        if sys.stdin is None:
            raise InputError("--context=-: expected a text on standard input, got a closed one")
        return sys.stdin.buffer.read()
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise InputError(
            f"--context: expected a text file, but {path}: {error.strerror}"
        ) from error


def decoded(content: bytes, name: str) -> str:
    """The content of a file as text, its line ends as they are.

    Raises:
        InputError: it is no text, or none in UTF-8; the line says what to do.
    """
    beginning = content[:BEGINNING].removeprefix(BOM)
    for begin, kind, help_ in OTHER_FORMS:
        if beginning.startswith(begin):
            raise InputError(f"{name}: expected plain text, got {kind}; {help_}")
    if HTML.match(beginning):
        raise InputError(f"{name}: expected plain text, got HTML; pandoc makes a text file of it")
    return utf_8(content, name)


def utf_8(content: bytes, name: str) -> str:
    """Bytes as text, whatever it says; a BOM is not part of it.

    Raises:
        InputError: they are not UTF-8, or hold the character with the code 0.
    """
    if b"\0" in content:
        raise InputError(f"{name}: expected text in UTF-8, got a binary file or UTF-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name}: expected text in UTF-8, got byte 0x{content[error.start]:02x} at place "
            f"{error.start}; iconv makes UTF-8 of other encodings"
        ) from error
