"""What the fusion reader is: its options, their defaults, its recipe, and what it reads."""

from dataclasses import dataclass
from typing import Any

from squad_reader.model import shared_options
from squad_reader.options import option
from squad_reader.registry import Architecture


@dataclass(frozen=True)
class FusionOptions:
    """The options that the fusion reader has of its own."""

    hidden_size: int = option("model", 96, "units of one direction of each GRU", low=1)
    dropout: float = shared_options.dropout(0.05)
    trained_words: int = shared_options.trained_words(2000)
    shapes: int = option("model", 500, "how many shapes of other words have vectors", low=1)
    letter_buckets: int = option("model", 20_000, "vectors of hashed letter n-grams", low=2)
    letters_size: int = option("model", 48, "numbers in a letter n-gram's vector", low=1)
    letters_dropout: float = option(
        "model",
        0.3,
        "fraction of words without their letters while training, and of letter n-grams of the "
        "others, in [0, 1)",
        low=0.0,
        below=1.0,
        missing=0.0,
    )
    words_size: int = option("model", 128, "numbers of a word after the first layer", low=1)


def features(options: FusionOptions) -> list[Any]:
    """Word ids, shapes, letters, kinds, and which words match."""
    from squad_reader.data.features.kinds import Kinds
    from squad_reader.data.features.letters import LetterGrams
    from squad_reader.data.features.match import Match
    from squad_reader.data.features.shapes import Shapes
    from squad_reader.data.features.word_ids import WordIds

    return [
        WordIds(options.trained_words),
        Shapes(options.shapes),
        LetterGrams(options.letter_buckets),
        Kinds(),
        Match(),
    ]


FUSION = Architecture(
    summary="letters, match features, attention between all levels, self-attention, chained end",
    paper="after Huang et al. 2018, FusionNet, and Liu et al. 2017, PhaseCond",
    options=FusionOptions,
    features=features,
    model="squad_reader.model.fusion.model:Fusion",
    graphs="squad_reader.graph.fusion",
    training={
        "num_epochs": 5,
        "learning_rate": 0.002,
        "schedule": "linear",
        "warmup_steps": 600,
        "ema": 0.999,
        "batch_by": "contexts",
        "batch_size": 10,
        "eval_every": 1825,  # an epoch
    },
)
