"""A data set and a checkpoint brought together: everything that is needed to answer questions."""

from dataclasses import dataclass
from typing import Any

from squad_reader.config import Config
from squad_reader.data.batches import prediction_rows
from squad_reader.data.glove import read_glove
from squad_reader.data.preprocess import TokenizedData, load_or_preprocess
from squad_reader.data.squad_json import SquadData, read_and_tell
from squad_reader.data.vocabulary import Vocabulary, make_vocabulary
from squad_reader.model.models import make_model
from squad_reader.predict.answers import Observer, Progress, Spans, predict_spans
from squad_reader.predict.checkpoints import (
    exported_vectors,
    read_arrays,
    read_facts,
    set_weights,
)
from squad_reader.predict.glove_check import check_glove


@dataclass(frozen=True)
class Reader:
    """A model with the words of one data set.

    Attributes:
        model: a `QAModel`.
        vocabulary: ids and vectors of the words of the data set.
    """

    model: Any
    vocabulary: Vocabulary

    def spans(
        self,
        tokenized: TokenizedData,
        config: Config,
        num_best: int = 0,
        progress: Progress | None = None,
        observe: Observer | None = None,
    ) -> Spans:
        """The answer span of every question of the data set."""
        rows = prediction_rows(tokenized, self.vocabulary, config.context_len, config.question_len)
        return predict_spans(
            self.model,
            rows,
            len(tokenized.example_contexts),
            config.batch_size,
            config.max_answer_len,
            config.span,
            num_best,
            progress,
            observe,
        )


def read_data(path: str, cache_dir: str | None) -> tuple[SquadData, TokenizedData]:
    """A SQuAD file as text and as arrays."""
    data = read_and_tell(path)
    return data, load_or_preprocess(path, cache_dir, data)


def load_reader(config: Config, tokenized: TokenizedData) -> Reader:
    """The reader of the checkpoint `config.ckpt_load_dir`, for the words of one data set.

    Vectors come from `config.glove_path`, or out of the checkpoint if that is empty.

    Raises:
        InputError: the checkpoint or the GloVe file is missing, damaged, or does not fit.
    """
    facts = read_facts(config.ckpt_load_dir)
    check = facts.glove.check
    words = list(dict.fromkeys([*tokenized.words, *check]))
    if config.glove_path:
        cache_dir = config.cache_dir or None
        found, vectors = read_glove(config.glove_path, words, config.embedding_size, cache_dir)
        check_glove(config.glove_path, check, dict(zip(found, vectors, strict=True)))
    else:
        found, vectors = exported_vectors(config.ckpt_load_dir, words)
    vocabulary = make_vocabulary(found, vectors, facts.trained_word_list)
    there_are = {"trained_words": len(vocabulary.trained)}
    model = make_model({**facts.model, **there_are}, len(vocabulary.matrix), facts.seed)
    model.word_vectors.set_frozen(vocabulary.matrix)
    set_weights(model, read_arrays(config.ckpt_load_dir), config.ckpt_load_dir)
    return Reader(model, vocabulary)
