"""`Reader`: a trained model that answers questions; the public Python API.

It needs no data set: tokens are made and vectors looked up for words as they come. `official_eval`,
`show_examples` and the dev scores of training use it too.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from squad_reader.config import Config, make_config
from squad_reader.cores import num_cores
from squad_reader.data.encoded import Encoded
from squad_reader.data.features.word_ids import WordIds
from squad_reader.data.preprocess import preprocess
from squad_reader.data.rows import Rows, prediction_rows
from squad_reader.data.squad_data import Example, SquadData
from squad_reader.data.tokenized import TokenizedData
from squad_reader.errors import InputError
from squad_reader.files import SHIPPED, checkpoint_folder
from squad_reader.paths import folders_of
from squad_reader.predict.answers import (
    Answer,
    Observer,
    Progress,
    Spans,
    make_answer,
    predict_spans,
)
from squad_reader.predict.checkpoints import glove_for
from squad_reader.predict.members import Member, load_member


@dataclass(frozen=True)
class Reading:
    """How texts are read and answers chosen; the options of these names.

    `context_len` and `question_len` belong to a checkpoint.
    """

    context_len: int = 600
    question_len: int = 30
    batch_size: int = 100
    max_answer_len: int = 20
    span: str = "joint"


class Reader:
    """Answers questions about texts.

    `load` makes one from a checkpoint; `ensemble` makes one of several.

    Args:
        members: at least one.
        reading: how texts are read and answers chosen.

    Raises:
        InputError: no member, or members of other tokenizers.

    Example, in the project's folder; a checkpoint of your own takes the place of these files:
        >>> from squad_reader import Reader
        >>> folder = "tests/fixtures/"
        >>> reader = Reader.load(folder + "golden_checkpoint", folder + "glove.small.50d.txt")
        >>> context = "Zorn  met Alma in Riga."
        >>> answer = reader.answer(context, "Who met Alma?")[0]
        >>> answer.text == context[answer.char_start : answer.char_end]
        True
        >>> 0 < answer.probability < 1
        True
    """

    def __init__(self, members: Sequence[Member], reading: Reading | None = None) -> None:
        tokenizers = sorted({member.tokenizer_version for member in members})
        if len(tokenizers) != 1:
            raise InputError(
                "--ckpt_load_dir: expected readers with one version of the tokenizer, got "
                f"{' and '.join(map(str, tokenizers)) or 'no reader'}"
            )
        self.members = tuple(sorted(members, key=lambda member: member.key))
        self.reading = reading or Reading()

    @classmethod
    def load(
        cls,
        checkpoint_dir: str | os.PathLike[str] = SHIPPED,
        glove_path: str | os.PathLike[str] = "",
        cache_dir: str | os.PathLike[str] | None = None,
        runtime: str = "keras",
        threads: int = 0,
        **reading: Any,
    ) -> "Reader":
        """The reader of a checkpoint.

        Args:
            checkpoint_dir: folder of the checkpoint; "shipped" is the reader that comes with the
                package.
            glove_path: the GloVe file that it was trained with. It is indexed once, and need not
                be given for a checkpoint that has vectors of its own (`--mode=export`).
            cache_dir: folder where the index is kept for the next time; and the model's graphs,
                where the checkpoint's folder is only for reading.
            runtime: "keras", or "onnx" to answer without Keras: it starts in a third of the time.
            threads: processor threads of "onnx"; 0 for as many as the process may use cores.
            **reading: `batch_size`, `max_answer_len`, `span`; see `Reading`.

        Raises:
            InputError: a file is missing, damaged, or does not fit, or an option is not allowed.
        """
        folder, glove = checkpoint_folder(os.fspath(checkpoint_dir)), os.fspath(glove_path)
        member, facts = load_member(folder, glove, cache_dir, runtime, threads)
        by_questions = {"batch_by": "questions", "batch_size": Reading.batch_size}
        options = {**facts.model, **facts.data, **by_questions, **reading}
        return cls([member], reading_of(make_config(options)))

    @classmethod
    def ensemble(cls, readers: "Iterable[Reader]") -> "Reader":
        """Several readers as one: the mean of their probabilities decides.

        The order in which they are given does not matter.

        Raises:
            InputError: they read texts in different windows, or choose answers otherwise.
        """
        readings: list[Reading] = []
        members: list[Member] = []
        for reader in readers:
            members += reader.members
            readings += [reader.reading] * (reader.reading not in readings)
        if len(readings) > 1:
            raise InputError(
                f"--ckpt_load_dir: expected readers that read alike, got {readings[0]} and "
                f"{readings[1]}"
            )
        return cls(members, *readings)

    def answer(self, context: str, question: str, n_best: int = 1) -> list[Answer]:
        """The best answers to one question, the best first.

        Args:
            context: the text to find the answer in; of any length.
            question: the question.
            n_best: how many to list at most.

        Returns:
            1 to `n_best` answers, each with `text` = `context[char_start:char_end]` and
            `probability`; for a context without a token one that is empty, of probability 0.
        """
        return self.answer_many([(context, question)], n_best)[0]

    def answer_many(
        self, questions: Iterable[tuple[str, str]], n_best: int = 1
    ) -> list[list[Answer]]:
        """The best answers to many questions; those about one context are read together.

        Args:
            questions: (context, question) of each.
            n_best: how many to list at most, of each.

        Returns:
            As `answer`, for each question in turn.

        Raises:
            InputError: `n_best` is below 1.
        """
        if n_best < 1:
            raise InputError(f"n_best must be at least 1, got {n_best}")
        data = as_data(questions)
        tokenized = preprocess(data)
        spans = self.spans(tokenized, num_best=n_best if n_best > 1 else 0)
        best = zip(spans.start_pos, spans.end_pos, spans.log_prob, strict=True)
        lists = [n or [one] for n, one in zip(spans.n_best, best, strict=True)]
        return [
            [make_answer(data, tokenized, i, *span) for span in found]
            for i, found in enumerate(lists)
        ]

    def encode(self, data: TokenizedData) -> list[Encoded]:
        """A data set as the features of each member give it, for `spans`."""
        return [
            Encoded(data, member.features, self.reading.question_len) for member in self.members
        ]

    def rows(self, data: TokenizedData) -> Rows:
        """All windows of all questions of a data set."""
        return prediction_rows(data, self.reading.context_len, self.reading.question_len)

    def spans(
        self,
        data: TokenizedData,
        num_best: int = 0,
        progress: Progress | None = None,
        observe: Observer | None = None,
        rows: Rows | None = None,
        encoded: Sequence[Encoded] | None = None,
    ) -> Spans:
        """The answer span of every question of a data set.

        Args:
            data: the data set.
            num_best, progress, observe: as in `predict_spans`.
            rows: which rows to read, if not all.
            encoded: from `encode`, where that has been done.
        """
        scorers = [member.scorer for member in self.members]
        return predict_spans(
            list(zip(scorers, encoded or self.encode(data), strict=True)),
            self.rows(data) if rows is None else rows,
            self.reading.batch_size,
            self.reading.max_answer_len,
            self.reading.span,
            num_best,
            progress,
            observe,
        )

    def has_vector(self, words: Sequence[str]) -> np.ndarray:
        """bool. Whether the first member has a vector of its own for each word."""
        found = [each for each in self.members[0].features if isinstance(each, WordIds)]
        return found[0].has_vector(words) if found else np.ones(len(words), dtype=bool)


def reading_of(config: Config) -> Reading:
    """As the options say; where --batch_size counts contexts, questions are read 100 at once."""
    values = {item.name: getattr(config, item.name) for item in fields(Reading)}
    if config.batch_by == "contexts":
        values["batch_size"] = Reading.batch_size
    return Reading(**values)


def reader_of(config: Config, runtime: str = "keras") -> Reader:
    """The reader of `config.ckpt_load_dir`, or of several, as the options say it reads.

    Several read as teachers do: --glove_path is for those that have no vectors of their own. The
    processes of --workers share the cores.
    """
    folders = folders_of(config.ckpt_load_dir)
    threads = config.threads or max(1, num_cores() // config.workers)
    reading = reading_of(config)
    chosen = {name: getattr(reading, name) for name in ("batch_size", "max_answer_len", "span")}
    gloves = [config.glove_path]
    if len(folders) > 1:
        gloves = [glove_for(folder, config.glove_path) for folder in folders]
    return Reader.ensemble(
        Reader.load(folder, glove, config.cache_dir or None, runtime, threads, **chosen)
        for folder, glove in zip(folders, gloves, strict=True)
    )


def as_data(questions: Iterable[tuple[str, str]]) -> SquadData:
    """As if they had been read from a file."""
    numbers: dict[str, int] = {}
    examples = [
        Example(str(i), numbers.setdefault(context, len(numbers)), question, None)
        for i, (context, question) in enumerate(questions)
    ]
    return SquadData("", [""] * len(numbers), list(numbers), examples, [])
