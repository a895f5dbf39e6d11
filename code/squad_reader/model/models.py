"""From a name to a model with fresh weights."""

from collections.abc import Sequence
from typing import Any

from squad_reader.config import Config
from squad_reader.data.features.feature import Feature
from squad_reader.registry import architecture


def make_features(config: Config) -> list[Feature]:
    """The features that the model of `config` reads, not bound or fitted yet."""
    return architecture(config.model).features(config.model_options)


def make_model(config: Config, features: Sequence[Feature]) -> Any:
    """A built model with fresh weights.

    Args:
        config: its `model`, `model_options` and `seed` count.
        features: from `make_features`, bound and fitted.
    """
    known = architecture(config.model)
    by_name = {feature.name: feature for feature in features}
    # The name begins those of the weights in a checkpoint; without it Keras counts the models.
    model = known.model_class()(config.model_options, by_name, seed=config.seed, name="qa_model")
    model.build()
    return model
