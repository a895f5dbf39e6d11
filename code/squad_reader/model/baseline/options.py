"""What the baseline is: its options, their defaults, and the features that it reads."""

from dataclasses import dataclass
from typing import Any

from squad_reader.model import shared_options
from squad_reader.options import option
from squad_reader.registry import Architecture


@dataclass(frozen=True)
class BaselineOptions:
    """The options that the baseline has of its own, those of the 2018 code and `trained_words`."""

    hidden_size: int = option("model", 200, "units of one direction of the encoder", low=1)
    dropout: float = option(
        "model", 0.15, "fraction of units set to 0 while training, in [0, 1)", low=0.0, below=1.0
    )
    trained_words: int = shared_options.trained_words(0)


def features(options: BaselineOptions) -> list[Any]:
    """Word ids, and nothing else."""
    from squad_reader.data.features.word_ids import WordIds

    return [WordIds(options.trained_words)]


BASELINE = Architecture(
    summary="GloVe, a bidirectional GRU, dot-product attention, one hidden layer",
    paper="the default project of Stanford's CS224N, winter 2018",
    options=BaselineOptions,
    features=features,
    model="squad_reader.model.baseline.model:Baseline",
    graphs="squad_reader.graph.baseline",
)
