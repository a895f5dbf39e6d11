"""Where the sentences of a context begin and end, by rule.

A sentence ends at a full stop, question or exclamation mark before a space and a capital, digit or
quote, unless the mark follows an initial or a common abbreviation; and where a line ends.
"""

import bisect
import re

ENDS = re.compile(r"""[.!?]["'”’)\]]*\s+(?=[A-Z0-9"“‘(\[À-Þ])|\n+""")
ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"“])(?:[A-Z]|[A-Za-z](?:\.[A-Za-z])+|Mr|Mrs|Ms|Dr|St|Prof|Gen|Col|Lt|Sgt|Rev|Sr|Jr"
    r"|vs|No|ca|cf|approx|Inc|Ltd|Co|Mt|Ft)\.$"
)
LOOK_BACK = 12  # characters, enough for the longest abbreviation


class Sentences:
    """The sentences of one context."""

    def __init__(self, context: str) -> None:
        self.context = context
        self.starts = [0]
        for match in ENDS.finditer(context):
            stop = match.start() + 1
            before = context[max(0, stop - LOOK_BACK) : stop]
            if context[match.start()] == "\n" or not ABBREVIATION.search(before):
                self.starts.append(match.end())

    def number_of(self, place: int) -> int:
        """The number of the sentence that has this character, counted from 0.

        Example:
            >>> text = "Dr. No came. He left."
            >>> Sentences(text).number_of(text.index("No")), Sentences(text).number_of(15)
            (0, 1)
        """
        return bisect.bisect_right(self.starts, place) - 1

    def text_of(self, number: int) -> str:
        """The text of a sentence."""
        stops = [*self.starts[1:], len(self.context)]
        return self.context[self.starts[number] : stops[number]].strip()
