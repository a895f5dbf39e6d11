"""What the DrQA reader is: its options, their defaults, its recipe, and what it reads."""

from dataclasses import dataclass
from typing import Any

from squad_reader.model import shared_options
from squad_reader.options import option
from squad_reader.registry import Architecture


@dataclass(frozen=True)
class DrQAOptions:
    """The options that the DrQA reader has of its own."""

    hidden_size: int = option("model", 128, "units of one direction of each LSTM", low=1)
    rnn_layers: int = option("model", 3, "LSTMs that stand one on the other", low=1)
    dropout: float = shared_options.dropout(0.2)
    trained_words: int = shared_options.trained_words(2000)
    tuned_words: int = option(
        "model",
        1000,
        "how many of the most frequent words of training questions have vectors that are tuned",
        low=0,
    )


def features(options: DrQAOptions) -> list[Any]:
    """Word ids, frequent question words, exact match and term frequency."""
    from squad_reader.data.features.exact import ExactMatch
    from squad_reader.data.features.frequency import TermFrequency
    from squad_reader.data.features.question_words import QuestionWords
    from squad_reader.data.features.word_ids import WordIds

    return [
        WordIds(options.trained_words),
        QuestionWords(options.tuned_words),
        ExactMatch(),
        TermFrequency(),
    ]


DRQA = Architecture(
    summary="exact match, aligned question, three LSTMs with all layers joined, bilinear ends",
    paper="Chen et al. 2017, Reading Wikipedia to Answer Open-Domain Questions",
    options=DrQAOptions,
    features=features,
    model="squad_reader.model.drqa.model:DrQA",
    training={
        "num_epochs": 3,
        "learning_rate": 0.002,
        "schedule": "linear",
        "warmup_steps": 600,
        "ema": 0.999,
        "batch_by": "contexts",
        "batch_size": 10,
        "eval_every": 913,  # half an epoch, rounded up: the last step has the last score
    },
)
