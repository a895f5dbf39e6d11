"""Finds the temperature with which a reader's probabilities can be trusted.

Usage: python scripts/calibrate.py CHECKPOINT [--json_in_path=data/dev-v1.1.json] [--picture=P.png]

The probabilities are those of `ask` and `serve`. The temperature is fitted on every other article
of the data and written into the checkpoint's `config.json`; what it does is told for the others:
the expected calibration error before and after. It changes no answer.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "code"))

from squad_reader.bars import Bars  # noqa: E402
from squad_reader.data.squad_data import SquadData  # noqa: E402
from squad_reader.data.squad_json import read_squad  # noqa: E402
from squad_reader.data.tokenizer import tokenize  # noqa: E402
from squad_reader.errors import InputError  # noqa: E402
from squad_reader.predict.checkpoints import glove_for, read_facts, write_facts  # noqa: E402
from squad_reader.predict.reader import Reader  # noqa: E402
from squad_reader.score.calibration import (  # noqa: E402
    calibration_error,
    fit_temperature,
    reliability,
)
from squad_reader.score.squad_v1_1 import best_scores  # noqa: E402
from squad_reader.screen import run_command, say  # noqa: E402
from squad_reader.serve.text_reader import TextReader  # noqa: E402


def read_all(reader, data):
    """All questions, each about its own context.

    Returns:
        logits: float32 arrays, one for each question: of all its spans, in nats, the highest at 0.
        correct: bool, (Q,). Whether the answer is an exact match.
    """
    logits, correct = [], []
    with Bars("questions") as bars:
        for example in bars.each("answering", data.examples, len(data.examples)):
            texts = TextReader(reader, data.contexts[example.context_index])
            read = texts.read(example.question)
            (answer,) = texts.answers(read)
            found = read.spans.logits()
            logits.append((found - found.max()).astype(np.float32))
            golds = [gold.text for gold in example.answers]
            correct.append(bool(best_scores(answer.text, golds)[0]))
    return logits, np.array(correct)


def with_tokens(data):
    """The data without the questions whose context has no token, such as "  ": none has a span."""
    has = [bool(tokenize(context)) for context in data.contexts]
    some = [example for example in data.examples if has[example.context_index]]
    return SquadData(data.path, data.titles, data.contexts, some, data.problems)


def probabilities(logits, temperature):
    """Of the best span of each question, (Q,)."""
    return np.array([1.0 / np.sum(np.exp(each / temperature)) for each in logits])


def halves(data):
    """bool, (Q,): whether a question is of the first, third, fifth ... article of the data."""
    titles = {title: i for i, title in enumerate(dict.fromkeys(data.titles))}
    of_context = [titles[title] % 2 == 0 for title in data.titles]
    return np.array([of_context[example.context_index] for example in data.examples])


def draw(path, curves):
    """The share of right answers over their probability, before and after."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(5, 5), layout="constrained")
    axes.plot([0, 1], [0, 1], color="#9aa5b1", linestyle="--", label="as it should be")
    for (label, colour), bins in curves.items():
        some = [each for each in bins if each.number]
        points = ([each.probability for each in some], [each.correct for each in some])
        axes.plot(*points, color=colour, marker="o", label=label)
    axes.set(xlabel="probability", ylabel="share of exact matches", xlim=(0, 1), ylim=(0, 1))
    axes.legend()
    axes.set_aspect("equal")
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


def calibrate(checkpoint, data, glove_path, picture=""):
    """Fit the temperature and write it.

    Returns:
        It, and the calibration error before and after, on the half that it was not fitted on.
    """
    facts = read_facts(checkpoint)
    data = with_tokens(data)
    reader = Reader.load(checkpoint, glove_for(checkpoint, glove_path), runtime="onnx")
    logits, correct = read_all(reader, data)
    fitted = halves(data)
    if fitted.all() or not fitted.any():
        raise InputError("--json_in_path: expected articles for two halves, got one article")
    parts = [
        [each for each, is_in in zip(logits, half, strict=True) if is_in]
        for half in (fitted, ~fitted)
    ]
    found = fit_temperature(lambda t: probabilities(parts[0], t), correct[fitted])
    both = [probabilities(parts[1], temperature) for temperature in (1.0, found)]
    if picture:
        labels = (("before", "#c8374d"), (f"temperature {found:.2f}", "#00708c"))
        curves = [reliability(each, correct[~fitted]) for each in both]
        draw(picture, dict(zip(labels, curves, strict=True)))
    write_temperature(checkpoint, facts.files, round(found, 3))
    return found, *(calibration_error(each, correct[~fitted]) for each in both)


def write_temperature(checkpoint, files, temperature):
    """Add it to what `config.json` says now: a run may have replaced its checkpoint meanwhile.

    Raises:
        InputError: the files are other ones than those that the temperature was fitted with.
    """
    facts = read_facts(checkpoint)
    if facts.files != files:
        raise InputError(
            f"{checkpoint}: expected the files that the temperature was fitted with, but they were "
            "replaced meanwhile; give a copy of the checkpoint, or wait until its run has ended"
        )
    write_facts(Path(checkpoint), replace(facts, temperature=temperature))


def main(argv=None):
    """The exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], allow_abbrev=False)
    data = ROOT / "data"
    parser.add_argument("checkpoint", metavar="CHECKPOINT", help="folder of a checkpoint")
    parser.add_argument("--json_in_path", default=str(data / "dev-v1.1.json"), help="SQuAD file")
    parser.add_argument("--glove_path", default=str(data / "glove.6B.100d.txt"), help="GloVe file")
    parser.add_argument("--picture", default="", help="where to draw the two curves")
    flags = parser.parse_args(argv)

    def run():
        questions = read_squad(flags.json_in_path)
        if not all(example.answers for example in questions.examples):
            raise InputError(f"{flags.json_in_path}: expected gold answers to all questions")
        found = calibrate(flags.checkpoint, questions, flags.glove_path, flags.picture)
        say("Temperature {:.3f}: calibration error {:.4f} before, {:.4f} after".format(*found))
        return 0

    return run_command("calibrate.py", run)


if __name__ == "__main__":
    sys.exit(main())
