"""What is odd about the files of a report: counted, and told on the page and on the terminal.

Nothing here changes a score: a question without a prediction has scored 0 by then.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

Contents = dict[str, Any]
IDS = (
    ("missing", "questions without a prediction; they score 0 and stay in the denominator"),
    ("unknown", "ids that the data does not have; left out"),
    ("repeated", "ids that come more than once; the last answer counts"),
    ("withdrawn", "answers whose number in --na_prob_file is above 1; they count as empty"),
)
COUNTS = (
    ("predictions_not_in_list", "predictions are not in their n-best list"),
    ("questions_without_list", "questions have no n-best list"),
    ("lists_of_unknown_questions", "n-best lists are of questions that the data does not have"),
    ("repeated_lists", "ids come more than once among the n-best lists; the last list counts"),
    ("unsorted_lists", "n-best lists were not sorted by probability; here they are"),
)

COPY = "a copy is no seed of its own, and makes the spread over seeds too small"


class Odd(NamedTuple):
    """One thing that is odd.

    Attributes:
        name: of the reader, or of the group and its file.
        key: of `report.json`.
        text: what it is, with the number of such questions in front.
        ids: of the questions, where they are known.
    """

    name: str
    key: str
    text: str
    ids: Sequence[str]


def odd_files(contents: Contents) -> Iterator[Odd]:
    """All of it: by reader, then by file of each group, then of n-best lists."""
    for name, row in named_files(contents):
        for key, text in IDS:
            if ids := row[key]:
                yield Odd(name, key, f"{len(ids):,} {text}", ids)
        if row.get("same_as"):
            yield Odd(name, "same_as", f"the same answers as {row['same_as']}; {COPY}", ())
    for name, about in contents["nbest"].items():
        for key, text in COUNTS:
            if about[key]:
                yield Odd(name, key, f"{about[key]:,} {text}", ())


def named_files(contents: Contents) -> Iterator[tuple[str, Contents]]:
    """What the report says of each prediction file: of readers, then of groups, by their path."""
    for row in contents["readers"]:
        yield row["name"], row
    for group in contents["seeds"]["groups"]:
        for row in group["files"]:
            yield f"{group['name']}, {row['path']}", row


def warnings_of(contents: Contents) -> list[str]:
    """What is odd about the data, or about how intervals are drawn."""
    data = contents["data"]
    return [each for each in (data["clusters"]["warning"], data["resamples_warning"]) if each]
