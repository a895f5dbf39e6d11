"""The options that a checkpoint says: checked, and completed where it is older than an option."""

from collections.abc import Mapping
from typing import Any

from squad_reader import registry
from squad_reader.config import Config, names_in, own_names
from squad_reader.errors import InputError
from squad_reader.options import check, missing_value, option_type, options_of


def complete(stored: Mapping[str, Any], kind: Any, source: str, names: list[str]) -> dict[str, Any]:
    """The options of one kind that a file says, checked, those that it is too old for filled in.

    Args:
        stored: name -> value, as in the file.
        kind: class of the options, such as `Config`.
        source: for messages: the file.
        names: which options of it may be there.

    Raises:
        InputError: a value of the wrong type or out of its range.
    """
    values: dict[str, Any] = {}
    for item in options_of(kind):
        if item.name in names:
            value, type_ = stored.get(item.name, missing_value(item)), option_type(kind, item.name)
            if not isinstance(value, type_) or isinstance(value, bool):
                raise InputError(
                    f"{source}: expected {item.name} to be {type_.__name__}, got {value!r}"
                )
            try:
                check(item, value)
            except InputError as error:
                raise InputError(f"{source}: {error}") from error
            values[item.name] = value
    return values


def complete_model(stored: Mapping[str, Any], source: str) -> dict[str, Any]:
    """What `model_values` wrote into a file, checked and completed.

    A missing option has the value that behaves as before there was one.

    Raises:
        InputError: a model or an option that is not known, or a value that is not allowed.
    """
    common = complete(stored, Config, source, names_in("model"))
    if common["model"] not in registry.names():
        raise InputError(
            f"{source}: expected a model that is known here ({', '.join(registry.names())}), got "
            f"{common['model']!r}; run the file that registers it, or call squad_reader.register"
        )
    own = own_names(common["model"])
    unknown = [name for name in stored if name not in common and name not in own]
    if unknown:
        raise InputError(
            f"{source}: expected options that the model {common['model']} has, got {unknown[0]}"
        )
    kind = registry.architecture(common["model"]).options
    return {**common, **complete(stored, kind, source, own)}
