"""What BiDAF is: its options, their defaults, its recipe, and what it reads."""

from dataclasses import dataclass
from typing import Any

from squad_reader.model import shared_options
from squad_reader.options import option
from squad_reader.registry import Architecture


@dataclass(frozen=True)
class BiDAFOptions:
    """The options that BiDAF has of its own.

    Sizes and dropout are the paper's (section 4), or where it is silent those of the authors' code,
    which also trains vectors of frequent words that GloVe lacks. It takes all words and characters
    above some count; here they are a number of the most frequent ones.
    """

    hidden_size: int = option("model", 100, "units of one direction of each LSTM", low=1)
    dropout: float = shared_options.dropout(0.2)
    trained_words: int = shared_options.trained_words(2000)
    characters: int = option(
        "model", 200, "how many of the most frequent characters have vectors of their own", low=1
    )
    character_size: int = option("model", 8, "numbers in a character's vector", low=1)
    filters: int = option("model", 100, "filters of the convolution over characters", low=1)


def features(options: BiDAFOptions) -> list[Any]:
    """Word ids and characters."""
    from squad_reader.data.features.characters import Characters
    from squad_reader.data.features.word_ids import WordIds

    return [WordIds(options.trained_words), Characters(options.characters)]


BIDAF = Architecture(
    summary="characters by convolution, highways, attention in both directions, LSTMs upon it",
    paper="Seo et al. 2017, Bidirectional Attention Flow for Machine Comprehension",
    options=BiDAFOptions,
    features=features,
    model="squad_reader.model.bidaf.model:BiDAF",
    training={
        "num_epochs": 3,
        "learning_rate": 0.002,
        "schedule": "linear",
        "warmup_steps": 600,
        "ema": 0.999,
        "batch_by": "contexts",
        "batch_size": 10,  # some 46 questions; the paper has 60
        "eval_every": 913,  # half an epoch, rounded up: the last step has the last score
    },
)
