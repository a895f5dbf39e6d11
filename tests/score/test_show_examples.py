"""What the shown example promises: nothing lost, every mark in its place, colour only if wanted.

The lines are read back by a small terminal (ANSI codes) and by taking the brackets out, both
written here; what must come out is the context and the spans that went in.
"""

import io
import itertools
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from squad_reader import cli
from squad_reader.score.show_examples import LABEL_COLUMNS, render_example, use_colour

EXAMPLE = {
    "context": "The champion Denver Broncos  defeated Zörtk.",
    "question": "Who beat Zörtk?",
    "gold_answers": ["Denver Broncos", "Broncos", "Denver Broncos"],
    "gold_span": (13, 27),
    "predicted_span": (20, 37),
    "probability": 0.12345,
    "f1": 2 / 3,
    "exact_match": 0.0,
    "unknown_spans": [(38, 43)],
    "question_unknown_spans": [(9, 14)],
}
PLAIN = """\
Super_Bowl_50  56be
    marks: [gold] {predicted} _unknown_
  context: The champion [Denver~
           {Broncos]  defeated}~
           _Zörtk_.
 question: Who beat _Zörtk_?
     gold: Denver Broncos (2 times)
           Broncos
predicted: Broncos  defeated~
           (probability 0.123)
   scores: F1 0.667, EM 0
""".replace("~", " ")  # spaces at the end of a line
# Letters of the brackets, so that contexts which have the brackets come up.
TEXTS = st.text(alphabet="ab é北🎉\u0301[]{}_/: ", max_size=60) | st.lists(
    st.sampled_from("[ ] { } _ [gold: /gold] {predicted: _unknown: /unknown_ a".split(" ")),
    max_size=8,
).map("".join)


@st.composite
def examples(draw):
    """Arguments of render_example with spans anywhere, one inside the other or crossing."""
    context, question = draw(TEXTS), draw(TEXTS)
    ends = st.integers(0, len(context))
    spans = st.tuples(ends, ends).map(lambda span: tuple(sorted(span)))
    cuts = sorted(draw(st.sets(ends)))  # words do not overlap
    return {
        **EXAMPLE,
        "context": context,
        "question": question,
        "gold_span": draw(st.none() | spans),
        "predicted_span": draw(st.none() | spans),
        "unknown_spans": list(zip(cuts[::2], cuts[1::2], strict=False)),
        "question_unknown_spans": [],
        "width": draw(st.integers(0, 60)),
    }


def block(rendered, label):
    """The lines of one label, without the columns of the label."""
    lines = rendered.split("\n")
    starts = [line[:LABEL_COLUMNS] for line in lines]
    first = starts.index(f"{label}: ".rjust(LABEL_COLUMNS))
    rest = itertools.takewhile(lambda i: starts[i].isspace(), range(first + 1, len(lines)))
    return [line[LABEL_COLUMNS:] for line in (lines[first], *(lines[i] for i in rest))]


def read_brackets(rendered):
    """Context and spans from the plain lines, by nothing but the legend."""
    (legend,) = block(rendered, "marks")
    parts = (
        rf"({re.escape(left)}|{re.escape(left)}{name}[0-9]*:)"
        rf"{name}({re.escape(right)}|/{name}[0-9]*{re.escape(right)})"
        for name, left, right in (("gold", *"[]"), ("predicted", *"{}"), ("unknown", *"__"))
    )
    brackets = re.fullmatch(" ".join(parts), legend).groups()
    spans = {name: [] for name in ("gold", "predicted", "unknown")}
    context, open_since = "", {}
    for piece in re.split("(" + "|".join(map(re.escape, brackets)) + ")", joined(rendered)):
        name = list(spans)[brackets.index(piece) // 2] if piece in brackets else None
        if name is None:
            context += piece
        elif name in open_since:
            spans[name].append((open_since.pop(name), len(context)))
        else:
            open_since[name] = len(context)
    assert not open_since
    return context, spans


def joined(rendered):
    return "".join(block(rendered, "context"))


def read_colours(line):
    """A terminal: the letters of a line, and the codes that each was printed with."""
    letters, codes = [], frozenset()
    for code, letter in re.findall("\x1b\\[([0-9;]*)m|(.)", line):
        if letter:
            letters.append((letter, codes))
        else:
            codes = frozenset() if code == "0" else frozenset(code.split(";"))
    assert codes == frozenset()  # no colour runs on into what is printed next
    return letters


def covers(span, position):
    return span is not None and span[0] <= position < span[1]


def test_plain_text_as_drawn_by_hand():
    assert render_example(**EXAMPLE, heading="Super_Bowl_50  56be", width=35) == PLAIN


def test_without_a_heading_the_legend_is_first():
    rendered = render_example(**EXAMPLE, width=35)
    assert rendered == PLAIN.split("\n", 1)[1]


@given(examples())
def test_plain_text_loses_nothing(example):
    context, spans = read_brackets(render_example(**example))
    assert context == example["context"]
    for name in ("gold", "predicted"):
        span = example[f"{name}_span"]
        assert spans[name] == ([] if span is None else [span])
    assert spans["unknown"] == example["unknown_spans"]


@given(examples())
def test_colours_mark_each_letter_for_what_it_is(example):
    lines = block(render_example(**example, colour=True), "context")
    letters = list(itertools.chain.from_iterable(map(read_colours, lines)))
    assert "".join(letter for letter, _ in letters) == example["context"]
    for i, (_, codes) in enumerate(letters):
        gold, predicted = covers(example["gold_span"], i), covers(example["predicted_span"], i)
        unknown = any(covers(span, i) for span in example["unknown_spans"])
        background = {(0, 0): None, (1, 0): "42", (0, 1): "44", (1, 1): "46"}[gold, predicted]
        assert {code for code in codes if code.startswith("4") and code != "4"} == (
            {background} if background else set()
        )
        assert ("4" in codes) == unknown


@given(examples())
def test_colour_adds_codes_and_changes_nothing_else(example):
    # Where no bracket takes room, plain and coloured lines break at the same places.
    bare = {**example, "gold_span": None, "predicted_span": None, "unknown_spans": []}
    plain = render_example(**bare).split("\n")[1:]
    coloured = render_example(**bare, colour=True).split("\n")[1:]
    assert coloured == plain


@given(examples(), st.booleans())
def test_lines_fit_the_terminal_unless_a_word_does_not(example, colour):
    room = max(example["width"] - LABEL_COLUMNS, 20)
    rendered = render_example(**example, colour=colour)
    for line in block(rendered, "context"):
        shown = "".join(letter for letter, _ in read_colours(line)).rstrip(" ")
        columns = sum({"北": 2, "🎉": 2, "\u0301": 0}.get(letter, 1) for letter in shown)
        assert columns <= room or " " not in shown


@pytest.mark.parametrize(
    ("word", "room", "words_in_a_line"),
    [
        ("aaa ", 23, 6),  # 6 words and the 5 spaces between them
        ("aaa ", 22, 5),
        ("aaa ", -11, 5),  # never less than 20 columns
        ("北京 ", 23, 4),  # 4 columns a word
        ("🎉é ", 23, 6),  # 2 and 1
        ("e\u0301e\u0301 ", 23, 8),  # 2 columns a word
        ("\u1112\u1161\u11ab ", 23, 8),  # 2: the parts of one Korean syllable
        ("👍🏽 ", 23, 8),  # 2: a hand and the colour of its skin
        ("x" * 30 + " ", 23, 1),  # wider than the terminal
    ],
)
def test_a_line_takes_as_many_words_as_fit(word, room, words_in_a_line):
    nothing = {"gold_span": None, "predicted_span": None, "unknown_spans": []}
    example = {**EXAMPLE, **nothing, "context": word * 120, "width": LABEL_COLUMNS + room}
    line = word * words_in_a_line
    assert block(render_example(**example), "context") == [line] * (120 // words_in_a_line)


def test_where_the_gold_answers_are_not_known_there_are_no_scores():
    example = {**EXAMPLE, "gold_answers": None, "gold_span": None}
    rendered = render_example(**example)
    assert block(rendered, "gold") == ["(not known)"] and "scores" not in rendered


def test_questions_without_title_and_gold_answers_are_shown(fixtures_dir, tmp_path, capsys):
    row = {"id": 5, "context": "The red dog.", "question": "Which dog?"}
    (tmp_path / "dev.json").write_text(json.dumps(row))
    status = cli.main(
        [
            "--mode=show_examples",
            f"--ckpt_load_dir={fixtures_dir / 'golden_checkpoint'}",
            f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}",
            f"--dev_path={tmp_path / 'dev.json'}",
        ]
    )
    assert status == 0
    shown = capsys.readouterr().out
    assert shown.startswith("question 5\n") and block(shown, "gold") == ["(not known)"]


@pytest.mark.parametrize(
    ("context", "legend"),
    [
        ("plain", "[gold] {predicted} _unknown_"),
        ("citation needed]", "[gold:gold/gold] {predicted} _unknown_"),
        ("x_{i}", "[gold] {predicted:predicted/predicted} _unknown:unknown/unknown_"),
        ("[gold: {", "[gold2:gold/gold2] {predicted:predicted/predicted} _unknown_"),
    ],
)
def test_brackets_are_some_that_neither_text_has(context, legend):
    spans = {"gold_span": (0, 2), "predicted_span": (0, 2), "unknown_spans": []}
    for texts in ({"context": context}, {"context": "xxxx", "question": context}):
        rendered = render_example(**{**EXAMPLE, **spans, "question_unknown_spans": [], **texts})
        assert block(rendered, "marks") == [legend]


@pytest.mark.parametrize(
    ("gold", "predicted", "unknown", "expected"),
    [
        ((0, 3), (0, 3), (0, 3), "[{_abc_}]de"),
        ((1, 3), (0, 3), (0, 1), "{_a_[bc]}de"),
        ((0, 4), (0, 2), (2, 4), "[{ab}_cd_]e"),
        ((0, 3), (2, 5), (4, 5), "[ab{c]d_e_}"),
        ((0, 2), (2, 4), (4, 5), "[ab]{cd}_e_"),
        ((2, 2), (5, 5), (0, 0), "__ab[]cde{}"),
    ],
)
def test_brackets_nest_where_spans_do(gold, predicted, unknown, expected):
    spans = {"gold_span": gold, "predicted_span": predicted, "unknown_spans": [unknown]}
    rendered = render_example(**{**EXAMPLE, **spans, "context": "abcde"})
    assert block(rendered, "context") == [expected]


def test_control_characters_cannot_reach_the_terminal():
    context = "a\nb\x1b[31mc\td\x7f\x85\ud800\u2028\u202a\u202e\u2066\u2069 \r\n"
    spans = {"gold_span": (2, 3), "predicted_span": (0, 1), "unknown_spans": []}
    example = {**EXAMPLE, **spans, "context": context, "question": context}
    example = {**example, "question_unknown_spans": [], "gold_answers": [context]}
    for colour in (False, True):
        rendered = render_example(**example, heading="\x1b]0;x\x07", colour=colour)
        printed = "".join(
            letter for line in rendered.split("\n") for letter, _ in read_colours(line)
        )
        assert printed.isprintable()
        rendered.encode("utf-8")
    second = "b␛[31mc␉d␡" + 7 * "\ufffd" + " ␍␊"
    assert block(render_example(**example), "question") == ["a␊", second]


def test_everything_unknown_or_empty_is_said():
    nothing = {"gold_span": None, "predicted_span": None, "unknown_spans": []}
    rendered = render_example(**{**EXAMPLE, **nothing, "gold_answers": []})
    assert block(rendered, "gold") == ["(none: the context does not answer the question)"]
    assert block(rendered, "predicted") == ["(none)"]
    rendered = render_example(**{**EXAMPLE, "gold_span": None, "predicted_span": (3, 3)})
    assert block(rendered, "gold")[-1] == "(not marked: its place in the context is not known)"
    assert block(rendered, "predicted") == ["(empty) (probability 0.123)"]


def test_empty_texts_are_shown_as_empty_lines():
    empty = {"context": "", "question": "", "unknown_spans": [], "question_unknown_spans": []}
    for colour in (False, True):
        rendered = render_example(
            **{**EXAMPLE, **empty, "gold_span": (0, 0), "predicted_span": None}, colour=colour
        )
        assert block(rendered, "question") == [""]
        assert block(rendered, "context") == ["" if colour else "[]"]


@pytest.mark.parametrize("span", [(-1, 2), (3, 2), (0, 45)])
@pytest.mark.parametrize("name", ["gold_span", "predicted_span", "unknown_spans"])
@pytest.mark.parametrize("colour", [False, True])
def test_a_span_outside_the_context_is_refused(name, span, colour):
    value = [span] if name == "unknown_spans" else span
    with pytest.raises(ValueError, match=f"44 characters.*{re.escape(str(span))}"):
        render_example(**{**EXAMPLE, name: value}, colour=colour)


def test_real_contexts_come_back(real_squad):
    articles = json.loads((real_squad("tiny-dev.json")).read_text(encoding="utf-8"))["data"]
    for paragraph in articles[0]["paragraphs"]:
        answer = paragraph["qas"][0]["answers"][0]
        gold = (answer["answer_start"], answer["answer_start"] + len(answer["text"]))
        words = [word.span() for word in re.finditer("[A-Z]+", paragraph["context"])]
        example = {**EXAMPLE, "context": paragraph["context"], "gold_span": gold}
        rendered = render_example(**{**example, "unknown_spans": words})
        context, spans = read_brackets(rendered)
        assert context == paragraph["context"]
        assert (spans["gold"], spans["unknown"]) == ([gold], words)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "expected"),
    [
        (Terminal(), {"TERM": "xterm"}, True),
        (Terminal(), {}, True),
        (Terminal(), {"NO_COLOR": ""}, True),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"NO_COLOR": "0"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {"TERM": "xterm"}, False),
    ],
)
def test_colour_only_on_a_terminal_where_nobody_said_no(stream, environ, expected):
    assert use_colour(stream, environ) is expected
