"""The models by name: one line each, and `register` for one that is made elsewhere.

The lines are import strings, so that --help lists models without loading Keras. To add a model to
the package: a folder `model/NAME` with `options.py` and `model.py`, and a line here.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from squad_reader.errors import InputError
from squad_reader.options import check_options, option_names, option_type


@dataclass(frozen=True)
class Architecture:
    """All that is known of a model without loading Keras.

    Attributes:
        summary: a line for --help.
        paper: who described it, and where.
        options: frozen dataclass of the options that this model has of its own, each an
            `options.option("model", ...)` with a default. Its instances are made from flags and
            checkpoints.
        features: gives the features that the model reads (`data.features.feature.Feature`), as a
            list, for an instance of `options`. It imports what it needs when it is called; NumPy
            is allowed.
        model: the class, a `model.qa_model.QAModel`; or "module:Class", to import it when needed.
        training: defaults of options of training, by name, where the model has others.
        graphs: module with `add_words`, `add_context` and `add_question`, which make the model's
            ONNX graphs (see `squad_reader.graph`); "" for a model that has none.
    """

    summary: str
    paper: str
    options: Any
    features: Callable[[Any], list[Any]]
    model: Any
    training: Mapping[str, Any] = field(default_factory=dict)
    graphs: str = ""

    def model_class(self) -> Any:
        """The class; this loads Keras."""
        return _imported(self.model) if isinstance(self.model, str) else self.model


_registered: dict[str, "str | Architecture"] = {
    "baseline": "squad_reader.model.baseline.options:BASELINE",
    "bidaf": "squad_reader.model.bidaf.options:BIDAF",
    "drqa": "squad_reader.model.drqa.options:DRQA",
    "fusion": "squad_reader.model.fusion.options:FUSION",
}


def names() -> list[str]:
    """The models that there are, those of the package first."""
    return list(_registered)


def architecture(name: str) -> Architecture:
    """The model of that name.

    Raises:
        InputError: there is none.
    """
    if name not in _registered:
        raise InputError(f"--model must be one of {', '.join(names())}, got {name!r}")
    found = _registered[name]
    if isinstance(found, str):
        found = _registered[name] = _imported(found)
    return found


def register(name: str, model: Architecture) -> None:
    """Make a model known by name, as those of the package are: for --model and in checkpoints.

    A program that registers its models and then calls `squad_reader.cli.main()` has all
    modes; `ask`, `serve` and ONNX for those models alone that have `graphs`.

    Args:
        name: for --model; one that is registered already is replaced.
        model: what is to be known of it.

    Raises:
        ValueError: an option has the name of another model's that is of another type.
    """
    own = set(option_names(model.options))
    check_options(model.options())
    for other in [each for each in names() if each != name]:
        options = architecture(other).options
        for shared in own & set(option_names(options)):
            got, expected = option_type(model.options, shared), option_type(options, shared)
            if got is not expected:
                raise ValueError(
                    f"option {shared!r}: expected {expected.__name__} as in model {other!r}, got "
                    f"{got.__name__}"
                )
    _registered[name] = model


def _imported(place: str) -> Any:
    """The object at "module:name"."""
    module, name = place.split(":")
    return getattr(importlib.import_module(module), name)
