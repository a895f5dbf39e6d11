"""The texts that were asked about last, in memory: the next question need not cut them again."""

import threading
from collections import OrderedDict

from squad_reader.predict.reader import Reader
from squad_reader.serve.text_reader import TextReader

MOST_CHARS = 2_000_000  # of all texts; with their tokens and word counts some 25 MB of English
CHARS_OF_NONE = 1_000  # what an empty text would take


class RecentTexts:
    """Gives a reader of a text, the same one again where it can.

    A text is known by all of its characters, so that no other can take its place.

    Args:
        reader: of one model.
        most_chars: of the texts that are kept, the latest ones.
    """

    def __init__(self, reader: Reader, most_chars: int = MOST_CHARS) -> None:
        self.reader, self.most_chars = reader, most_chars
        self._kept: OrderedDict[str, TextReader] = OrderedDict()
        self._chars = 0
        self._lock = threading.Lock()  # a service may answer several questions at once

    def reader_of(self, text: str) -> TextReader:
        """To ask about the text."""
        with self._lock:
            if text in self._kept:
                self._kept.move_to_end(text)
                return self._kept[text]
        made = TextReader(self.reader, text)
        self._keep(text, made)
        return made

    def _keep(self, text: str, made: TextReader) -> None:
        with self._lock:
            if text not in self._kept:
                self._kept[text] = made
                self._chars += len(text) + CHARS_OF_NONE
            while self._chars > self.most_chars:
                oldest, _ = self._kept.popitem(last=False)
                self._chars -= len(oldest) + CHARS_OF_NONE
