"""Opens JSON files, plain or gzip compressed, of one value or several, such as one on each line.

Whatever is wrong with a file is told in one line that names it. `squad_format` uses it; like that,
it needs the standard library only and is for Python 2.7 too.
"""

from __future__ import unicode_literals

import io
import json
from collections import OrderedDict

from squad_reader.errors import InputError, one_line, shown

TEXT = type("")  # str in Python 3, unicode in Python 2
SHOWN_CHARS = 40  # of a text in a message
_decode = json.JSONDecoder().raw_decode
_decode_ordered = json.JSONDecoder(object_pairs_hook=OrderedDict).raw_decode


def read_values(path, decode=_decode):
    """The JSON values in a file, parsed one by one, so that they need not all be in memory.

    Args:
        path: JSON in UTF-8, with or without a byte order mark, gzip compressed or not, whatever
            its name.
        decode: gives the value at a place of a text, and where it ends.

    Yields:
        At least one value.

    Raises:
        InputError: not readable, or not JSON.
    """
    text, place = _read_text(path), 0
    while True:
        try:
            value, place = decode(text, _skip_space(text, place))
        except (ValueError, RuntimeError) as error:  # the second: too deep a nesting
            raise _not_json(path, error)
        yield value
        place = _skip_space(text, place)
        if place == len(text):
            return


def read_json(path, ordered=False):
    """The one JSON value in a file.

    Args:
        path: as of `read_values`.
        ordered: whether objects keep the order of the file under Python 2 too.

    Raises:
        InputError: not readable, not JSON, or more than one value.
    """
    values = list(read_values(path, _decode_ordered if ordered else _decode))
    if len(values) > 1:
        raise _not_json(path, "%d values, one after the other" % len(values))
    return values[0]


def _skip_space(text, place):
    while place < len(text) and text[place] in " \t\r\n":
        place += 1
    return place


def _read_text(path):
    try:
        content = _read_bytes(path)
    except Exception as error:  # a broken .gz gives one of five kinds
        reason = getattr(error, "strerror", None) or error
        raise InputError("%s: cannot be read: %s" % (shown(path), reason))
    try:
        return content.decode("utf-8-sig")  # without the byte order mark that Windows puts in front
    except ValueError as error:
        raise _not_json(path, error)


def _not_json(path, got):
    return InputError("%s: expected JSON in UTF-8, got: %s" % (shown(path), got))


def _read_bytes(path):
    """The bytes of a file, unpacked if its first two bytes are those of gzip."""
    with io.open(path, "rb") as file:
        content = file.read()
    if not content.startswith(b"\x1f\x8b"):
        return content
    import gzip  # here, because it would double the start time of evaluate.py

    if hasattr(gzip, "decompress"):  # faster, and not in Python 2
        return gzip.decompress(content)
    return gzip.GzipFile(fileobj=io.BytesIO(content)).read()


def quoted(text):
    """The beginning of a text as in JSON, on one line."""
    return one_line(json.dumps(_shortened(text), ensure_ascii=False))


def _shortened(text):
    return text if len(text) <= SHOWN_CHARS else text[: SHOWN_CHARS - 1] + "\u2026"


def described(value):
    """What a JSON value is, on one line."""
    if isinstance(value, (dict, list)):
        return "a list" if isinstance(value, list) else "an object"
    return quoted(value) if isinstance(value, TEXT) else _shortened(json.dumps(value))
