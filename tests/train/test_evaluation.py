"""Scores of the dev set and of some training questions, with a stand-in for the model."""

import html
import re
import types
import warnings

import numpy as np
import pytest

from squad_reader.config import Config
from squad_reader.data.encoded import Encoded
from squad_reader.data.features.feature import WordFeature
from squad_reader.data.preprocess import preprocess
from squad_reader.data.rows import training_rows
from squad_reader.data.squad_json import read_squad
from squad_reader.model.scorer import Scorer
from squad_reader.model.span_decoder import log_softmax
from squad_reader.predict.members import Member
from squad_reader.predict.reader import Reader, Reading
from squad_reader.train import evaluation as module
from squad_reader.train.evaluation import Evaluation
from squad_reader.train.loop import Stop

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its own copy of html5lib
    from tensorboard.plugin_util import markdown_to_safe_html

TRAIN = [("A red dog runs.", [("Which dog?", "red"), ("What?", "dog"), ("None?", None)])]
DEV = [("A red cat runs.", [("Which cat?", "red"), ("What | who?", "cat"), ("None?", None)])]


class Red(WordFeature):
    """Whether a word is "red"."""

    name = "red"

    def encode(self, texts):
        return np.array([source == "red" for source in texts.sources])


class RedModel(Scorer):
    """Says "red" whatever the question: probability 0.5 there, the rest spread evenly."""

    def get_log_probs(self, batch):
        is_red = batch.inputs["word_red"][batch.inputs["context_words"]][batch.windows]
        others = batch.context_mask.sum(axis=1, keepdims=True) - 1
        logits = np.where(is_red, np.log(0.5), np.log(0.5 / others))
        return (log_softmax(logits, batch.context_mask),) * 2


class Progress:
    """Keeps what it is told."""

    def __init__(self):
        self.lines, self.numbers, self.texts = [], [], []

    def say(self, line):
        self.lines.append(line)

    def scalars(self, step, values):
        self.numbers.append((step, values))

    def text(self, step, tag, markdown):
        self.texts.append((step, tag, markdown))


@pytest.fixture
def progress():
    return Progress()


@pytest.fixture
def evaluation(write_squad, progress):
    train = preprocess(read_squad(write_squad(TRAIN, "train.json")))
    dev = read_squad(write_squad(DEV, "dev.json"))
    dev_data = preprocess(dev)
    data = types.SimpleNamespace(
        train_data=train,
        encoded=Encoded(train, [Red()]),
        dev=dev,
        dev_data=dev_data,
        dev_encoded=Encoded(dev_data, [Red()]),
        rows=training_rows(train, 600, 30),
    )
    reader = Reader([Member(RedModel(), (Red(),))], Reading(batch_size=2))
    return Evaluation(Config(batch_size=2), data, reader, progress)


def test_the_scores_by_hand(evaluation):
    """Dev: 3 questions, one right. With one reference: those without a gold answer are left out.

    The loss is -2 ln 0.5 for "red" and -2 ln 0.125 for "cat", of 5 tokens.
    """
    scores = evaluation.run(7, 2, lambda: None)
    assert scores == {
        "train/f1_one_reference": 50.0,
        "train/em_one_reference": 50.0,
        "dev/loss": pytest.approx(np.log(4) / 2 + np.log(64) / 2),
        "dev/f1": pytest.approx(100 / 3),
        "dev/em": pytest.approx(100 / 3),
        "dev/f1_one_reference": 50.0,
        "dev/em_one_reference": 50.0,
    }


def test_the_scores_are_written_with_step_and_epoch(evaluation, progress):
    scores = evaluation.run(7, 2, lambda: None)
    assert progress.numbers == [(7, {"epoch": 2, **scores})]
    assert progress.lines == [
        "step 7, epoch 2: dev F1 33.33, EM 33.33, loss 2.773; train F1 50.00 (one reference)"
    ]


def test_some_answers_are_shown_as_a_table(evaluation, progress):
    evaluation.run(7, 2, lambda: None)
    assert progress.texts == [
        (
            7,
            "dev/answers",
            "| question | answer | gold answers |\n"
            "|---|---|---|\n"
            "| Which cat? | red | red |\n"
            "| What \\| who? | red | cat |\n"
            "| None? | red |  |",
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        "two\nlines",
        "\r\n \x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029 end",
        "\x00\x02\x03\x07\x7f\x9f",
        "a | b \\| c \\\\| d",
        "an open ` tick",
        "<!-- an open comment",
        "<table><tr><td>",
        "<script>",
        "",
        "*a* _b_ \\ &amp; &",
    ],
)
def test_any_text_is_one_cell_of_one_row_on_tensorboards_page(text):
    """As TensorBoard's own text plugin shows it."""
    lines = ["| a | b | c |", "|---|---|---|"]
    lines += [f"| {module.table_cell(text)} | {module.table_cell(text)} | x` --> |"] * 2
    page = markdown_to_safe_html("\n".join(lines))
    assert page.count("<tr>") == 3
    cells = re.findall(r"<td>(.*)</td>", page)
    assert len(cells) == 6 and cells[2] == "x` --&gt;"
    kept = "".join(c for c in html.unescape(cells[0]) if not c.isspace())
    assert kept == "".join(c for c in text if c.isprintable() and not c.isspace())


def test_it_can_be_broken_off_between_two_batches_and_then_writes_nothing(evaluation, progress):
    calls = []

    def check_stop():
        calls.append(1)
        if len(calls) == 2:
            raise Stop

    with pytest.raises(Stop):
        evaluation.run(7, 2, check_stop)
    assert (progress.lines, progress.numbers, progress.texts) == ([], [], [])


def test_the_training_sample_is_of_the_promised_size_and_each_question_once(
    evaluation, progress, monkeypatch
):
    assert evaluation.train_sample.tolist() == [0, 1]  # the third has no answer to train on
    monkeypatch.setattr(module, "NUM_TRAIN_QUESTIONS", 1)
    assert len(Evaluation(Config(), evaluation.data, evaluation.reader, progress).train_sample) == 1


def test_the_training_sample_depends_on_the_seed_alone(evaluation, progress, monkeypatch):
    monkeypatch.setattr(module, "NUM_TRAIN_QUESTIONS", 3)
    evaluation.data.rows = evaluation.data.rows.take(np.zeros(50, int))
    samples = [
        Evaluation(
            Config(seed=seed), evaluation.data, evaluation.reader, progress
        ).train_sample.tolist()
        for seed in (1, 1, 2)
    ]
    assert samples[0] == samples[1] != samples[2]
