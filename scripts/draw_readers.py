"""Draws the figure of each reader, from the list of its boxes below: docs/NAME.svg.

Usage: python scripts/draw_readers.py [--out_dir=docs]
"""

import argparse
from html import escape
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent

# Fill and line of a box, by what it does.
COLOURS = {
    "text": ("#eef2f7", "#94a3b8"),
    "words": ("#e4f3e6", "#77a583"),
    "rnn": ("#e0ebf9", "#6b8fbf"),
    "look": ("#fdeed3", "#c9a15a"),
    "fuse": ("#f2e6f5", "#a67fb3"),
    "point": ("#fce4e4", "#c98585"),
}
# Left edge and width of a box, by where it stands.
PLACES = {
    "context": (70, 350),
    "question": (480, 350),
    "both": (70, 760),
    "pair": (70, 590),
    "aside": (690, 140),
    "start": (70, 285),
    "end": (375, 285),
}
WIDTH, BOX, GAP, MARGIN = 900, 54, 36, 22


class Box(NamedTuple):
    """One box: `after` names the boxes that it reads, by their titles."""

    place: str
    kind: str
    title: str
    detail: str = ""
    after: tuple[str, ...] = ()


CONTEXT, QUESTION = "context: T tokens", "question: J tokens"
TEXTS = [Box("context", "text", CONTEXT), Box("question", "text", QUESTION)]
SPAN = "best span"


def _ends(start_after, end_after, details):
    """Start and end, and the span that they give."""
    return [
        [
            Box("start", "point", "start", details[0], start_after),
            Box("end", "point", "end", details[1], end_after),
        ],
        [Box("pair", "text", SPAN, "context[char_start:char_end]", ("start", "end"))],
    ]


READERS = {
    "baseline": [
        TEXTS,
        [Box("both", "words", "GloVe", "a vector for each word", (CONTEXT, QUESTION))],
        [Box("both", "rnn", "GRU in both directions", "one for context and question", ("GloVe",))],
        [
            Box(
                "pair",
                "look",
                "attention to the question",
                "each context token: a mean of question tokens",
                ("GRU in both directions",),
            )
        ],
        [
            Box(
                "pair",
                "fuse",
                "ReLU layer",
                "of hidden state and attention",
                ("attention to the question",),
            )
        ],
        *_ends(("ReLU layer",), ("ReLU layer",), details=("softmax over T", "softmax over T")),
    ],
    "bidaf": [
        TEXTS,
        [
            Box(
                "both",
                "words",
                "GloVe and characters",
                "convolution over a word's characters, then two highways",
                (CONTEXT, QUESTION),
            )
        ],
        [
            Box(
                "both",
                "rnn",
                "LSTM in both directions",
                "one for context and question",
                ("GloVe and characters",),
            )
        ],
        [
            Box(
                "pair",
                "look",
                "attention flow: G",
                "context to question, and question to context",
                ("LSTM in both directions",),
            )
        ],
        [Box("pair", "rnn", "modelling: M", "two LSTMs, one on the other", ("attention flow: G",))],
        [
            Box("start", "point", "start", "from G and M", ("modelling: M",)),
            Box("end", "rnn", "LSTM: M2", "reads M once more", ("modelling: M",)),
        ],
        [Box("end", "point", "end", "from G and M2", ("LSTM: M2",))],
        [Box("pair", "text", SPAN, "context[char_start:char_end]", ("start", "end"))],
    ],
    "drqa": [
        TEXTS,
        [Box("both", "words", "GloVe", "a vector for each word", (CONTEXT, QUESTION))],
        [
            Box("context", "look", "aligned question", "words that mean the same", ("GloVe",)),
            Box("question", "rnn", "three LSTMs", "all layers side by side", ("GloVe",)),
        ],
        [
            Box(
                "context",
                "fuse",
                "exact match, term frequency",
                "beside word and aligned question",
                ("aligned question",),
            ),
            Box("question", "look", "weighted mean", "one vector", ("three LSTMs",)),
        ],
        [
            Box(
                "context",
                "rnn",
                "three LSTMs of the context",
                "all layers side by side",
                ("exact match, term frequency",),
            ),
        ],
        [
            Box(
                "both",
                "point",
                "start and end",
                "two bilinear products of a context token and the question's vector",
                ("three LSTMs of the context", "weighted mean"),
            )
        ],
        [Box("both", "text", SPAN, "context[char_start:char_end]", ("start and end",))],
    ],
    "fusion": [
        TEXTS,
        [
            Box(
                "both",
                "words",
                "words",
                "GloVe, or a vector that trains; letters, shape, capitals; a ReLU layer",
                (CONTEXT, QUESTION),
            )
        ],
        [Box("both", "rnn", "GRU: hidden", "one for context and question", ("words",))],
        [Box("question", "rnn", "GRU: values", "of the question alone", ("GRU: hidden",))],
        [
            Box(
                "pair",
                "look",
                "attention to the question",
                "by words and hidden; by words alone; and back to the context",
                ("GRU: hidden", "GRU: values"),
            ),
            Box("aside", "text", "match", "word, stem, rarity"),
        ],
        [
            Box(
                "pair",
                "fuse",
                "ReLU layer",
                "all of these side by side",
                ("attention to the question", "match"),
            )
        ],
        [Box("pair", "rnn", "GRU: modelled", "", ("ReLU layer",))],
        [
            Box(
                "pair",
                "look",
                "attention to itself",
                "each token looks at all others; a ReLU layer",
                ("GRU: modelled",),
            )
        ],
        [Box("pair", "rnn", "GRU: last", "", ("attention to itself",))],
        *_ends(
            ("GRU: last",),
            ("GRU: last", "start"),
            details=("asked by the question", "asked by question and start"),
        ),
    ],
}


def draw(name, rows):
    """The figure of a reader as SVG; the first row stands at the foot."""
    height = 2 * MARGIN + len(rows) * BOX + (len(rows) - 1) * GAP
    boxes, tops = [], {}
    for i, row in enumerate(rows):
        for box in row:
            tops[box.title] = height - MARGIN - BOX - i * (BOX + GAP)
            boxes.append(box)
    places = {box.title: PLACES[box.place] for box in boxes}
    parts = [_head(name, height, rows)]
    for box in boxes:
        parts += [_arrow(places, tops, source, box.title) for source in box.after]
    parts += [_box(box, tops[box.title]) for box in boxes]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _head(name, height, rows):
    """Size, title and card: a card of its own is readable on a light page and on a dark one."""
    steps = "; ".join(box.title for row in rows for box in row)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" \
font-family="DejaVu Sans, Helvetica, Arial, sans-serif" font-size="15">
  <title>The reader {name}, from context and question at the foot to an answer</title>
  <desc>{escape(steps)}</desc>
  <defs>
    <marker id="a" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" \
orient="auto"><path d="M0 0 L10 5 L0 10 z" fill="#4a5568"/></marker>
  </defs>
  <rect x="1" y="1" width="{WIDTH - 2}" height="{height - 2}" rx="14" fill="#ffffff" \
stroke="#d5dbe3"/>"""


def _box(box, top):
    left, width = PLACES[box.place]
    fill, line = COLOURS[box.kind]
    middle = left + width / 2
    title = top + (24 if box.detail else 32)
    parts = [
        f'  <rect x="{left}" y="{top}" width="{width}" height="{BOX}" rx="9" fill="{fill}" '
        f'stroke="{line}" stroke-width="1.5"/>',
        f'  <text x="{middle:g}" y="{title}" text-anchor="middle" fill="#1a202c">'
        f"{escape(box.title)}</text>",
    ]
    if box.detail:
        parts.append(
            f'  <text x="{middle:g}" y="{top + 43}" text-anchor="middle" fill="#4a5568" '
            f'font-size="12.5">{escape(box.detail)}</text>'
        )
    return "\n".join(parts)


def _arrow(places, tops, source, target):
    """From the top of the source to the foot of the target, or to its side in the same row."""
    (left, width), (left_2, width_2) = places[source], places[target]
    if tops[source] == tops[target]:
        return _line(f"M{left + width} {tops[source] + BOX / 2:g} H{left_2 - 2}")
    low, high = max(left, left_2), min(left + width, left_2 + width_2)
    foot = tops[target] + BOX + 2
    if low < high:
        return _line(f"M{(low + high) / 2:g} {tops[source]} V{foot}")
    x, edge = left + width / 2, left_2 + (width_2 if left > left_2 else 0)
    return _line(f"M{x:g} {tops[source]} V{tops[target] + BOX / 2:g} H{edge + 2}")


def _line(path):
    return (
        f'  <path d="{path}" fill="none" stroke="#4a5568" stroke-width="1.8" marker-end="url(#a)"/>'
    )


def main():
    """Write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--out_dir", default=str(ROOT / "docs"), help="folder of the figures")
    folder = Path(parser.parse_args().out_dir)
    for name, rows in READERS.items():
        (folder / f"{name}.svg").write_text(draw(name, rows), encoding="utf-8")


if __name__ == "__main__":
    main()
