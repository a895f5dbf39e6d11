"""The flags of the command line, made from `config.Config` and from the options of every model."""

import argparse
import dataclasses
import difflib
import os
import textwrap
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NoReturn

from squad_reader import registry
from squad_reader.config import Config, own_names
from squad_reader.errors import InputError
from squad_reader.options import check, option_type, options_of

DESCRIPTION = """\
Train a reader on SQuAD, look at its answers, or write them for the official score.

  main.py --mode=train --experiment_name=baseline
  main.py --mode=show_examples --experiment_name=baseline
  main.py --mode=official_eval --json_in_path=dev.json --ckpt_load_dir=DIR
  main.py --mode=export --ckpt_load_dir=DIR --export_dir=DIR_WITH_GLOVE
  main.py ask "QUESTION" --context=FILE
  main.py serve
  main.py report --json_in_path=dev.json --predictions A.json B.json --out=FOLDER
"""

GROUPS = {
    "run": "what to run",
    "paths": "files and folders",
    "model": "model (with a checkpoint these come from it)",
    "data": "reading (with a checkpoint these come from it)",
    "train": "training",
    "prediction": "answers",
    "serve": "the service (--mode=serve)",
    "report": "the report (--mode=report)",
}


HELP = ("-h", "--help")  # not taken for another flag
COMMANDS = ("ask", "serve", "report")  # modes that may be named without --mode


class Parser(argparse.ArgumentParser):
    """Refuses a flag it does not know in one line, with the nearest name."""

    def error(self, message: str) -> NoReturn:
        raise InputError(message)

    def parse_flags(self, argv: Sequence[str]) -> dict[str, Any]:
        """The flags that were given, by name; `ask "QUESTION"` stands for two of them.

        Raises:
            InputError: an unknown or abbreviated flag, or a value that is not allowed.
        """
        known, rest = self.parse_known_args(argv)
        given = vars(known)
        for flag in rest:
            if flag.startswith("--"):
                raise self._unknown(flag.split("=")[0])
        command, words = _command(rest, given)
        given |= command
        if words and given.get("mode") != "ask":
            raise self._unknown(words[0])
        if words:
            flagged = [given["question"]] if "question" in given else []
            given["question"] = _question([*words, *flagged])
        check_given(given)
        return given

    def _unknown(self, flag: str) -> InputError:
        names = [name for name in self._option_string_actions if name not in HELP]
        near = [name for name in names if name.startswith(flag)]  # abbreviated
        near += difflib.get_close_matches(flag, [*names, *COMMANDS], n=1, cutoff=0.6)
        hint = f"; did you mean {near[0]}?" if near else "; see --help"
        return InputError(f"unknown flag {flag}{hint}")


def _command(words: Sequence[str], given: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """`ask` as "mode", before or behind flags, and the other words; `serve` and `report` too."""
    if words and words[0] in COMMANDS and given.get("mode", words[0]) == words[0]:
        return {"mode": words[0]}, list(words[1:])
    return {}, list(words)


def _question(words: Sequence[str]) -> str:
    if len(words) > 1:
        raise InputError(
            "ask: expected one question, in quotes, and the text as --context=FILE; "
            f"got {len(words)}: {', '.join(map(repr, words))}"
        )
    return words[0]


def make_parser() -> Parser:
    """One flag for each option of `Config` and of every model, in groups."""
    parser = Parser(
        prog="main.py",
        usage="main.py --mode=MODE [--flag=value ...]",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )
    groups = {name: parser.add_argument_group(title) for name, title in GROUPS.items()}
    for item in options_of(Config):
        _add_flag(groups[item.metadata["group"]], Config, item)
    known: set[str] = set()
    for name in registry.names():
        model = registry.architecture(name)
        title = f"--model={name} (with a checkpoint these come from it)"
        group = parser.add_argument_group(title, _about(model, known))
        names = [each for each in own_names(name) if each not in known]
        for item in options_of(model.options):
            if item.name in names:  # a flag that two models have stands with the first
                _add_flag(group, model.options, item)
        known.update(names)
    return parser


def _about(model: registry.Architecture, known: set[str]) -> str:
    """What --help says of a model before its flags; `known`: those of the models before it."""
    shared = {item.name: item.default for item in options_of(model.options) if item.name in known}
    flags = [f"--{name}={value}" for name, value in {**shared, **model.training}.items()]
    lines = [model.summary, f"({model.paper})"]
    lines += ["with its own defaults of flags above: " + " ".join(flags)] * bool(flags)
    return "\n".join(textwrap.fill(line, 76, break_on_hyphens=False) for line in lines)


def _add_flag(group: Any, kind: Any, item: "dataclasses.Field[Any]") -> None:
    text, type_ = item.metadata["help"], option_type(kind, item.name)
    if item.default not in ("", False, ()):
        text = f"{text} (default: {item.default})"
    text = text.replace("%", "%%")  # argparse would take it for a place-holder
    add = partial(group.add_argument, "--" + item.name, help=text)
    expanded = os.path.expanduser  # of --flag=~/x the shell leaves the ~ as it is
    if type_ is bool:
        add(action="store_true")
    elif type_ is tuple:
        add(action="extend", nargs="+", type=expanded, metavar="str")
    else:
        is_path = item.metadata["group"] == "paths"
        choices = registry.names() if item.name == "model" else item.metadata.get("choices")
        metavar = f"{{{','.join(choices)}}}" if choices else type_.__name__
        add(type=expanded if is_path else type_, metavar=metavar)


def check_given(given: Mapping[str, Any]) -> None:
    """Check flags before any file is read: each against its own option, of whichever model.

    Without "model" among them, the model may be that of a checkpoint: then it is enough that one
    model allows the value, and `make_config` checks it again.

    Raises:
        InputError: a value that is not allowed, or an option that "model" does not have.
    """
    models = [given["model"]] if "model" in given else registry.names()
    kinds = [Config, *(registry.architecture(model).options for model in models)]
    for name, value in given.items():
        items = [item for kind in kinds for item in options_of(kind) if item.name == name]
        if not items:
            raise InputError(f"--{name}: --model={models[0]} has no such option; see --help")
        refusals = [refusal for item in items if (refusal := _refusal(item, value))]
        if len(refusals) == len(items):
            raise refusals[0]


def _refusal(item: "dataclasses.Field[Any]", value: Any) -> InputError | None:
    try:
        check(item, value)
    except InputError as error:
        return error
    return None
