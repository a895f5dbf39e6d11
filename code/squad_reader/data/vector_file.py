"""The lines of a text file of word vectors: of GloVe, or as fastText and word2vec write them.

A line is `word n1 n2 ... nD`, separated by single spaces; one more may end it. fastText and
word2vec put a line `COUNT D` in front. All readers of such files use this one, so they find the
same words.

For Python 2.7 too.
"""

from __future__ import unicode_literals

import io
import sys
from contextlib import contextmanager
from itertools import takewhile
from math import isinf, isnan

from squad_reader.errors import InputError, shown
from squad_reader.screen import say

CHUNK_BYTES = 1 << 22
MOST_OF_A_LINE = 1 << 16


@contextmanager
def reading(path, buffering=CHUNK_BYTES):
    """Open a file of vectors, as bytes; raises InputError where it can't be opened or read."""
    try:
        with io.open(path, "rb", buffering=buffering) as file:
            yield file
    except EnvironmentError as error:
        raise InputError("--glove_path: cannot read %s: %s" % (shown(path), error.strerror))


class VectorFile(object):
    """A file whose first lines have been looked at.

    Attributes:
        path: of the file.
        size: numbers in a vector (D).

    Args:
        path: of the file.

    Raises:
        InputError: the file can't be read, or does not hold word vectors.
    """

    def __init__(self, path):
        self.path = path
        self._told = False
        with reading(path, MOST_OF_A_LINE) as file:
            first, second = file.readline(MOST_OF_A_LINE), file.readline(MOST_OF_A_LINE)
        counts = first.split()
        self._has_header = len(counts) == 2 and all(part.isdigit() for part in counts)
        line = second if self._has_header else first
        self.size = _numbers_at_end(line)
        if self.size < 2 or b"" in line.rstrip().split(b" "):
            raise self._error("a word and its numbers", line)
        if self._has_header and self.size != int(counts[1]):
            raise self._error("a word and the %d numbers that line 1 says" % int(counts[1]), line)

    def _error(self, expected, line):
        where = (shown(self.path), expected, 1 + self._has_header)
        got = repr(line[:60]).lstrip("b")
        return InputError(
            "--glove_path %s: expected %s in line %d, separated by single spaces, got " % where
            + got
        )

    def entries(self, wanted=None):
        """The lines of some words; of a word that occurs twice the first.

        Blank lines and words with a space in them, as in GloVe 840B, are left out; so is a last
        line with too few numbers, because a file may have been cut off.

        Args:
            wanted: the words, UTF-8, in a set or dict; None for all.

        Yields:
            Number of the line, from 1; word; numbers, as they are in the file.
        """
        seen = set()
        with reading(self.path) as file:
            for number, line in enumerate(file, 1):
                word = line[: line.find(b" ")]
                if word in seen or (wanted is not None and word not in wanted):
                    continue
                if self.is_entry(number, line, file):
                    seen.add(word)
                    yield number, word, line[len(word) + 1 :].rstrip()

    def is_entry(self, number, line, rest):
        """Whether a line is one of its word: none of those that `entries` leaves out.

        Args:
            number: of the line, from 1.
            line: as it is in the file.
            rest: the lines after it; they are looked at only if it has too few numbers.
        """
        spaces = line.count(b" ", 0, len(line.rstrip()))
        if spaces > self.size or (number == 1 and self._has_header):
            return False
        return spaces == self.size or not self._may_be_left_out(number, line, rest)

    def _may_be_left_out(self, number, line, rest):
        """Whether a short line is blank, or the last one; the latter gives a warning, once."""
        if not line.strip():
            return True
        if any(other.strip() for other in rest):
            return False
        if not self._told:
            where = (shown(self.path), number, self.size)
            say("%s: line %d, the last, has fewer than %d numbers: left out" % where, sys.stderr)
        self._told = True
        return True


def _numbers_at_end(line):
    """How many numbers stand at the end of a line, after a first word."""
    return sum(1 for _ in takewhile(_is_number, reversed(line.rstrip().split(b" ")[1:])))


def _is_number(part):
    try:
        return not isnan(float(part)) and not isinf(float(part))
    except ValueError:
        return False
