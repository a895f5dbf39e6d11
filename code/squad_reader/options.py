"""What an option is: a field of a dataclass that carries what its command-line flag needs.

`config.Config` is made of such fields, and so are the options that a model has of its own
(`model/NAME/options.py`); both are checked here and become flags in `flags`.
"""

import dataclasses
import typing
from typing import Any

from squad_reader.errors import InputError


def option(group: str, default: Any, text: str, **extra: Any) -> Any:
    """A dataclass field that is an option.

    Args:
        group: what the option may change, see `config`.
        default: int, float, str, False for a flag without a value, or () for one with several.
        text: for --help, with the unit.
        **extra: limits, see `check`; `choices`; and `missing`, the value of a run or checkpoint
            that is older than the option, where that is not the default.
    """
    return dataclasses.field(default=default, metadata={"group": group, "help": text, **extra})


def options_of(kind: Any) -> "tuple[dataclasses.Field[Any], ...]":
    """The options of a class like `Config`, or of an instance, in order."""
    return tuple(item for item in dataclasses.fields(kind) if "group" in item.metadata)


def option_names(kind: Any) -> list[str]:
    """Their names."""
    return [item.name for item in options_of(kind)]


def option_type(kind: Any, name: str) -> type:
    """The Python type of an option: int, float, str, bool, or tuple of several texts."""
    hint = typing.get_type_hints(kind)[name]
    found: type = typing.get_origin(hint) or hint
    return found


def missing_value(item: "dataclasses.Field[Any]") -> Any:
    """The value that behaves as it was before there was this option."""
    return item.metadata.get("missing", item.default)


def check_options(values: Any) -> None:
    """Raises InputError where one of the options of an instance has a value that is not allowed."""
    for item in options_of(values):
        check(item, getattr(values, item.name))


def check(item: "dataclasses.Field[Any]", value: Any) -> None:
    """Raises InputError where `value` is not what the option `item` allows."""
    limits, flag = item.metadata, "--" + item.name
    if "choices" in limits and value not in limits["choices"]:
        raise InputError(f"{flag} must be one of {', '.join(limits['choices'])}, got {value!r}")
    if "low" in limits and "below" in limits and not limits["low"] <= value < limits["below"]:
        raise InputError(f"{flag} must be in [{limits['low']:g}, {limits['below']:g}), got {value}")
    # Written so that NaN, of which every comparison is false, is outside.
    if "low" in limits and not value >= limits["low"]:
        raise InputError(f"{flag} must be at least {limits['low']}, got {value}")
    if "high" in limits and not value <= limits["high"]:
        raise InputError(f"{flag} must be at most {limits['high']}, got {value}")
    if "above" in limits and not limits["above"] < value < float("inf"):
        raise InputError(f"{flag} must be above {limits['above']:g}, got {value}")
