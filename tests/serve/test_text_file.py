"""A user's text comes as it stands; what is no text in UTF-8 is refused in one line."""

import io
import sys

import pytest

from squad_reader.errors import InputError
from squad_reader.serve.text_file import decoded, read_text


@pytest.mark.parametrize("text", ["a\r\nb\rc\n", "", "é🚲 \u2028", "\ufefftwice"])
def test_the_text_of_a_file_is_not_changed(tmp_path, text):
    path = tmp_path / "text.txt"
    path.write_bytes(text.encode())
    assert read_text(str(path)) == text.removeprefix("\ufeff")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_text(str(path)) == text


def test_standard_input_is_read_as_utf_8_whatever_the_locale(monkeypatch):
    stdin = io.TextIOWrapper(io.BytesIO("café\r\n".encode()), encoding="cp1252")
    monkeypatch.setattr(sys, "stdin", stdin)
    assert read_text("-") == "café\r\n"
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(InputError, match="got a closed one"):
        read_text("-")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"%PDF-1.7 ...", "expected plain text, got a PDF file; pdftotext makes"),
        (b"PK\x03\x04rest", "got a DOCX or other zip file; pandoc"),
        (b"\n <!DOCTYPE html><p>", "got HTML; pandoc"),
        (b"<html lang=en>", "got HTML; pandoc"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "got HTML; pandoc"),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD">', "got HTML; pandoc"),
        (b'<?xml version="1.0"?><html xmlns="a">', "got HTML; pandoc"),
        (b"<!-- saved -->\r\n<!-- a > b -->\n<HTML>", "got HTML; pandoc"),
        (b"<head><title>a", "got HTML; pandoc"),
        (b"<body\nclass=a>", "got HTML; pandoc"),
        (b"{\\rtf1\\ansi a}", "got an RTF file; LibreOffice"),
        (b"\xef\xbb\xbf%PDF-1.7", "got a PDF file; pdftotext"),
        (b"\x1f\x8b\x08", "got a gzip file; gunzip"),
        ("text".encode("utf-16"), "expected text in UTF-8, got a binary file or UTF-16"),
        (b"caf\xe9", "got byte 0xe9 at place 3; iconv"),
    ],
)
def test_what_is_no_text_is_refused(content, line):
    with pytest.raises(InputError, match="^some.txt: ") as caught:
        decoded(content, "some.txt")
    assert line in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "<header> is a tag.",
        "<!-- html -->",
        "Of <html>.",
        "<?xml?><svg>",
        "<!doctype htmlx>",
        "<!--",
    ],
)
def test_a_text_that_begins_a_little_like_html_is_a_text(text):
    assert decoded(text.encode(), "some.txt") == text


def test_html_behind_much_text_is_text():
    text = "<!-- " + "a " * 600 + "--><html>"
    assert decoded(text.encode(), "some.txt") == text


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(InputError, match="--context: expected a text file, but"):
            read_text(str(path))
