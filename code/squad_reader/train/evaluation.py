"""Dev scores during training, and the same on some training questions."""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from squad_reader.config import Config
from squad_reader.data.batches import Batch
from squad_reader.predict.answers import Progress, answer_all
from squad_reader.predict.reader import Reader
from squad_reader.train.progress import ProgressLog
from squad_reader.train.scores import MeanLoss, official_scores, one_reference_scores
from squad_reader.train.training_data import TrainingData

# The 2018 code measured F1 and EM on this many training questions.
NUM_TRAIN_QUESTIONS = 1000
NUM_ANSWERS_SHOWN = 10
LINE_BREAKS = ("Cc", "Zl", "Zp")  # Unicode's categories of them and of other control characters


class Evaluation:
    """Scores a model on the dev set and on a fixed sample of the training set."""

    def __init__(
        self, config: Config, data: TrainingData, reader: Reader, progress: ProgressLog
    ) -> None:
        self.config, self.data, self.reader, self.progress = config, data, reader, progress
        rng = np.random.default_rng(config.seed)
        size = min(NUM_TRAIN_QUESTIONS, len(data.rows))
        self.train_sample = np.sort(rng.choice(len(data.rows), size, replace=False))

    def run(self, step: int, epoch: int, check_stop: Callable[[], None]) -> dict[str, float]:
        """Score, and write the scores to the log.

        Args:
            step, epoch: where the run is.
            check_stop: called between batches; may raise to break off.

        Returns:
            The values of `COLUMNS` that begin with "dev/", and the train scores. Percent, but
            the loss is in nats.
        """

        def watched(batches: Iterable[Batch], _: int) -> Iterator[Batch]:
            for batch in batches:
                check_stop()
                yield batch

        scores = {**self._train_scores(watched), **self._dev_scores(step, watched)}
        self.progress.scalars(step, {"epoch": epoch, **scores})
        self.progress.say(
            f"step {step}, epoch {epoch}: dev F1 {scores['dev/f1']:.2f}, "
            f"EM {scores['dev/em']:.2f}, loss {scores['dev/loss']:.3f}; "
            f"train F1 {scores['train/f1_one_reference']:.2f} (one reference)"
        )
        return scores

    def _train_scores(self, watched: Progress) -> dict[str, float]:
        data, sample = self.data, self.data.rows.take(self.train_sample)
        spans = self.reader.spans(
            data.train_data, progress=watched, rows=sample, encoded=[data.encoded]
        )
        scores = one_reference_scores(data.train_data, spans, sample.examples)
        return {f"train/{name}": value for name, value in scores.items()}

    def _dev_scores(self, step: int, watched: Progress) -> dict[str, float]:
        data, loss = self.data, MeanLoss()
        spans = self.reader.spans(
            data.dev_data, progress=watched, observe=loss, encoded=[data.dev_encoded]
        )
        answers = answer_all(data.dev, data.dev_data, spans)
        questions = np.arange(len(answers))
        scores = {
            "loss": loss.mean(),
            **official_scores(data.dev, answers),
            **one_reference_scores(data.dev_data, spans, questions),
        }
        self._show_answers(step, [answer.text for answer in answers])
        return {f"dev/{name}": value for name, value in scores.items()}

    def _show_answers(self, step: int, texts: list[str]) -> None:
        """Some answers as a table for TensorBoard, spread over the dev set."""
        examples = self.data.dev.examples
        lines = ["| question | answer | gold answers |", "|---|---|---|"]
        for i in np.linspace(0, len(texts) - 1, min(NUM_ANSWERS_SHOWN, len(texts)), dtype=int):
            golds = " / ".join(dict.fromkeys(gold.text for gold in examples[i].answers))
            cells = (examples[i].question, texts[i], golds)
            lines.append(f"| {' | '.join(map(table_cell, cells))} |")
        self.progress.text(step, "dev/answers", "\n".join(lines))


def table_cell(text: str) -> str:
    """Text that is one cell of a Markdown table, whatever is in it, and shown as it is."""
    line = "".join(" " if unicodedata.category(c) in LINE_BREAKS else c for c in text)
    return re.sub(r"([\\`|*_])", r"\\\1", html.escape(line, quote=False))
