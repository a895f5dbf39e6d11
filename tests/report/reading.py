"""Reads a page of a report, or a figure: its texts, and its tables by their captions."""

from collections import defaultdict
from html.parser import HTMLParser

KEPT = set("caption th td li p dt dd pre h3 option text title".split())


class Reading(HTMLParser):
    """What stands in a page.

    Attributes:
        texts: tag -> the texts of its elements, in their order; also of what is inside of them.
            Space is as a browser shows it: the source may break a line anywhere.
        tables: caption -> rows, the heads first, of texts; the last of equal captions.
        starts: (tag, attributes) of all elements.
    """

    def __init__(self, source):
        super().__init__()
        self.texts, self.tables, self.starts = defaultdict(list), {}, []
        self._open, self._rows = [], []
        self.feed(source)
        self.close()

    def one(self, tag, part):
        """The only text of such elements that has this part."""
        (found,) = [text for text in self.texts[tag] if part in text]
        return found

    @staticmethod
    def bounds(found, digits=1):
        """An interval of `report.json` as a page shows it."""
        return f"{found['low']:.{digits}f} to {found['high']:.{digits}f}"

    def handle_starttag(self, tag, attrs):
        self.starts.append((tag, dict(attrs)))
        if tag == "table":
            self._rows = []
        if tag == "tr":
            self._rows.append([])
        if tag in KEPT:
            self._open.append((tag, []))

    def handle_data(self, data):
        for _, parts in self._open:
            parts.append(data)

    def handle_endtag(self, tag):
        if tag not in KEPT:
            return
        name, parts = self._open.pop()
        assert name == tag, "elements that are not nested"
        text = "".join(parts) if tag == "pre" else " ".join("".join(parts).split())
        self.texts[tag].append(text)
        if tag == "caption":
            self.tables[text] = self._rows
        if tag in ("th", "td"):
            self._rows[-1].append(text)
