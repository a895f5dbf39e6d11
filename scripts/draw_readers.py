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
# An arrow by the side: how far from the boxes, and from the middle of a box's side, where it leaves
# above and reaches below.
LANE, ASIDE = 26, 12


class Box(NamedTuple):
    """One box: `after` names the boxes that it reads, by their titles, and `around` those that it
    reads past others: the arrow goes by the side."""

    place: str
    kind: str
    title: str
    detail: str = ""
    after: tuple[str, ...] = ()
    around: tuple[str, ...] = ()


CONTEXT, QUESTION = "context: T tokens", "question: J tokens"
TEXTS = [Box("context", "text", CONTEXT), Box("question", "text", QUESTION)]
SPAN, FLOW = "best span", "attention flow: G"

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
                ("GRU in both directions",),
            )
        ],
        [
            Box("start", "point", "start", "softmax over T", ("ReLU layer",)),
            Box("end", "point", "end", "softmax over T", ("ReLU layer",)),
        ],
        [Box("pair", "text", SPAN, "context[char_start:char_end]", ("start", "end"))],
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
                FLOW,
                "context to question, and question to context",
                ("LSTM in both directions",),
            )
        ],
        [Box("pair", "rnn", "modelling: M", "two LSTMs, one on the other", (FLOW,))],
        [
            Box("start", "point", "start", "from G and M", ("modelling: M",), (FLOW,)),
            Box("end", "rnn", "LSTM: M2", "reads M once more", ("modelling: M",)),
        ],
        [Box("end", "point", "end", "from G and M2", ("LSTM: M2",), (FLOW,))],
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
                ("GloVe",),
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
        [
            Box(
                "both",
                "fuse",
                "levels",
                "words and hidden side by side",
                ("GRU: hidden",),
                ("words",),
            )
        ],
        [Box("question", "rnn", "GRU: values", "of the question alone", (), ("GRU: hidden",))],
        [
            Box(
                "pair",
                "look",
                "attention to the question",
                "by levels; by words alone; and back to the context",
                ("levels", "GRU: values"),
            ),
            Box("aside", "text", "match", "word, stem, rarity"),
        ],
        [
            Box(
                "pair",
                "fuse",
                "ReLU layer",
                "of attention, the context's own levels, three products of them, match",
                ("attention to the question", "match"),
                ("levels",),
            )
        ],
        [Box("pair", "rnn", "GRU: modelled", "", ("ReLU layer",))],
        [
            Box(
                "pair",
                "look",
                "attention to itself",
                "each token looks at all others",
                ("GRU: modelled",),
            )
        ],
        [
            Box(
                "pair",
                "fuse",
                "second ReLU layer",
                "of modelled, what it looked at, match",
                ("attention to itself", "match"),
                ("GRU: modelled",),
            )
        ],
        [Box("pair", "rnn", "GRU: last", "", ("second ReLU layer",))],
        [
            Box(
                "pair",
                "point",
                "start, then end",
                "asked by a mean of the values; the end by the start too",
                ("GRU: last",),
                ("GRU: values",),
            )
        ],
        [Box("pair", "text", SPAN, "context[char_start:char_end]", ("start, then end",))],
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
        parts += [_way_around(places, tops, source, box.title) for source in box.around]
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
    """From the top of the source to the foot of the target, or to its side."""
    (left, width), (left_2, width_2) = places[source], places[target]
    low, high = max(left, left_2), min(left + width, left_2 + width_2)
    foot = tops[target] + BOX + 2
    if low < high:
        return _line(f"M{(low + high) / 2:g} {tops[source]} V{foot}")
    x, edge = left + width / 2, left_2 + (width_2 if left > left_2 else 0)
    return _line(f"M{x:g} {tops[source]} V{tops[target] + BOX / 2:g} H{edge + 2}")


def _way_around(places, tops, source, target):
    """From a side of the source to the same side of the target: the left where both begin there."""
    (left, width), (left_2, width_2) = places[source], places[target]
    leave, reach = tops[source] + BOX / 2 - ASIDE, tops[target] + BOX / 2 + ASIDE
    if left == left_2:
        return _line(f"M{left} {leave:g} H{left - LANE} V{reach:g} H{left_2 - 2}")
    edge, edge_2 = left + width, left_2 + width_2
    return _line(f"M{edge} {leave:g} H{max(edge, edge_2) + LANE} V{reach:g} H{edge_2 + 2}")


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
