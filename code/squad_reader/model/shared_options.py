"""Options that several models have, each said once; a model gives its own default."""

from typing import Any

from squad_reader.options import option


def dropout(default: float) -> Any:
    """`dropout`, of models that drop the same units for all tokens of a text."""
    return option(
        "model",
        default,
        "fraction of units set to 0 while training, the same for all tokens of a text, in [0, 1)",
        low=0.0,
        below=1.0,
    )


def trained_words(default: int) -> Any:
    """`trained_words`, of models that read `data.features.word_ids.WordIds`."""
    return option(
        "model",
        default,
        "how many of the most frequent training words that GloVe lacks get vectors that train",
        low=0,
    )
