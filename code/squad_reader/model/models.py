"""The readers by name: a new one joins here and in the choices of `--model`."""

from typing import Any

from squad_reader.model.qa_model import QAModel

MODELS = {"baseline": QAModel}


def make_model(options: dict[str, Any], num_words: int, seed: int) -> Any:
    """A built model with fresh weights.

    Args:
        options: the values of the flags of the group "model" (see `squad_reader.config`).
        num_words: word ids at hand.
        seed: of the initial weights and of the dropout.
    """
    arguments = {name: value for name, value in options.items() if name != "model"}
    # The name begins those of the weights in a checkpoint; without it Keras counts the models.
    model = MODELS[options["model"]](num_words, seed=seed, name="qa_model", **arguments)
    model.build()
    return model
