"""The command line: flags, then the mode that was asked for.

A mode's modules are imported when it runs: `--help` and a wrong flag never wait for TensorFlow.
"""

import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from squad_reader.bars import Bars
from squad_reader.config import Config, make_config
from squad_reader.errors import InputError
from squad_reader.files import SHIPPED, checked, checkpoint_folder, expect_folder, expect_names
from squad_reader.flags import make_parser
from squad_reader.paths import expect_files, expect_places, fill_paths, folders_of, train_dir_of
from squad_reader.screen import run_command, say, say_result


def from_checkpoint(given: dict[str, Any], folder: str = "") -> Config:
    """The options of a checkpoint, with the given flags that may differ from it.

    Args:
        given: flags, by name.
        folder: of the checkpoint; that of --ckpt_load_dir if it is empty.

    Raises:
        InputError: a given flag contradicts the checkpoint; the line names both values.
    """
    from squad_reader.predict.checkpoints import read_facts

    folder = folder or given["ckpt_load_dir"]
    facts = read_facts(folder)
    stored = {**facts.model, **facts.data}
    for name, value in stored.items():
        if name in given and given[name] != value:
            raise InputError(
                f"--{name}: the checkpoint in {folder} has {value}, the flag says "
                f"{given[name]}; leave the flag out"
            )
    return make_config({**stored, **given})


def reading_config(given: dict[str, Any]) -> Config:
    """All options for reading with checkpoints; no GloVe path where they have their own vectors.

    Of several they are those of the first that has none: the GloVe file is for that one.
    """
    from squad_reader.predict.checkpoints import has_vectors

    folders = folders_of(given["ckpt_load_dir"])
    configs = [from_checkpoint(given, folder) for folder in folders]
    without = [each for each, f in zip(configs, folders, strict=True) if not has_vectors(f)]
    config = fill_paths((without or configs)[0])
    if not without and not given.get("glove_path"):
        return replace(config, glove_path="")
    expect_files(config, "glove_path")
    return config


def run_train(given: dict[str, Any]) -> None:
    """Mode train."""
    begun_from = given.get("ckpt_load_dir")
    if begun_from:
        from squad_reader.train.experiment import own_checkpoint

        folder = train_dir_of(given)
        own = folder and own_checkpoint(folder, begun_from)
        config = fill_paths(from_checkpoint(given, str(own or begun_from)))
    else:
        config = fill_paths(make_config(given))
    if not config.train_dir:
        raise InputError("--experiment_name: expected a name for the experiment, got none")
    if not config.cache_dir:
        config = replace(config, cache_dir=os.path.join(config.train_dir, "cache"))
    expect_files(config, "train_path", "dev_path", "glove_path")
    flag = "train_dir" if given.get("train_dir") else "experiment_name"
    checked(flag, expect_folder, config.train_dir)
    _prepare(config, many_shapes=config.batch_by == "contexts")
    from squad_reader.train.loop import train

    train(config)


def run_show_examples(given: dict[str, Any]) -> None:
    """Mode show_examples."""
    _expect_stdout(given)
    if not given.get("ckpt_load_dir"):
        folder = train_dir_of(given)
        if not folder:
            raise InputError("--ckpt_load_dir or --experiment_name: expected one, got neither")
        given["ckpt_load_dir"] = os.path.join(folder, "best_checkpoint")
    config = reading_config(given)
    expect_files(config, "dev_path")
    _prepare(config)
    from squad_reader.score.dev_examples import show_examples

    show_examples(config, sys.stdout)
    sys.stdout.flush()  # so that an error is told here


def run_official_eval(given: dict[str, Any]) -> None:
    """Mode official_eval."""
    outputs = {"json_out_path": Config.json_out_path}
    _expect_given({**outputs, **given}, "json_in_path", "ckpt_load_dir", "json_out_path")
    config = reading_config(given)
    expect_files(config, "json_in_path")
    expect_places(config, "json_out_path", "nbest_out_path")
    _prepare(config)
    from squad_reader.predict.official_eval import official_eval

    with Bars("batches") as bars:
        count = official_eval(config, partial(bars.each, "answering"))
    say(f"Wrote {count} answers to {config.json_out_path}")


def run_export(given: dict[str, Any]) -> None:
    """Mode export."""
    _expect_given(given, "ckpt_load_dir", "export_dir")
    _expect_one_checkpoint(given)
    config = reading_config(given)
    checked("export_dir", expect_folder, config.export_dir)
    from squad_reader.predict.export import export

    count = export(config)
    say(f"Wrote the checkpoint with {count:,} vectors to {config.export_dir}")


def run_ask(given: dict[str, Any]) -> None:
    """Mode ask."""
    _expect_stdout(given)
    if "question" not in given and sys.stdin is None:
        raise InputError("--question: expected one, or a stdin to read some from; it is closed")
    if not given.get("text") and not given.get("context"):
        raise InputError("--context or --text: expected a text to answer from, got neither")
    if given.get("text") and given.get("context"):
        raise InputError("--context or --text: expected one text to answer from, got both")
    if given.get("question") == "":
        raise InputError("--question: expected a question, got an empty one")
    _expect_one_checkpoint(given)
    config = reading_config(given)
    from squad_reader.predict.reader import reader_of
    from squad_reader.serve.ask import ask

    with Bars("batches") as bars:
        progress = partial(bars.each, "reading")
        ask(config, reader_of(config, "onnx"), given.get("num_best", 1), progress)


def run_serve(given: dict[str, Any]) -> None:
    """Mode serve."""
    _expect_one_checkpoint(given)
    config = reading_config(given)
    try:
        from squad_reader.serve.server import serve
    except ImportError as error:
        raise InputError(
            "--mode=serve: expected fastapi and uvicorn, which `pip install fastapi uvicorn` "
            f"brings, got: {error}"
        ) from error
    serve(config)


def run_report(given: dict[str, Any]) -> None:
    """Mode report."""
    _expect_stdout(given)
    _expect_given(given, "json_in_path", *["predictions"] * (not given.get("group")))
    config = make_config(given)
    expect_files(config, "json_in_path", *["glove_path"] * bool(config.glove_path))
    checked("out", expect_folder, config.out)
    # Else it tells on stderr where it keeps its list of fonts.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    try:
        from squad_reader.report.report import report
    except ImportError as error:
        told = f"expected pip install '.[report]', got: {error}"
        raise InputError(f"--mode=report: {told}") from error
    say_result(report(config))
    wrote = f"Wrote {os.path.join(config.out, 'index.html')}"
    say(wrote, sys.stderr if config.markdown else sys.stdout)  # Markdown is to be copied whole


def _expect_given(given: dict[str, Any], *names: str) -> None:
    for name in names:
        if not given.get(name):
            raise InputError(f"--{name}: --mode={given['mode']} needs it, got none")


def _expect_one_checkpoint(given: dict[str, Any]) -> None:
    folders = folders_of(given["ckpt_load_dir"])
    if len(folders) != 1:
        raise InputError(
            f"--ckpt_load_dir: --mode={given['mode']} takes one checkpoint, got {len(folders)}: "
            f"{given['ckpt_load_dir']}"
        )


def _expect_stdout(given: dict[str, Any]) -> None:
    if sys.stdout is None:
        raise InputError(f"--mode={given['mode']}: expected a stdout to print on, got a closed one")


def _prepare(config: Config, many_shapes: bool = False) -> None:
    if config.cache_dir:
        checked("cache_dir", expect_names, config.cache_dir)
    from squad_reader.runtime import prepare_backend

    prepare_backend(config.gpu, config.threads, many_shapes)


MODE_FUNCTIONS = {
    "train": run_train,
    "show_examples": run_show_examples,
    "official_eval": run_official_eval,
    "export": run_export,
    "ask": run_ask,
    "serve": run_serve,
    "report": run_report,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: flags; None for those of this process.

    Returns:
        Exit status: 0, or 2 after one line about bad input on stderr.
    """
    return run_command("main.py", lambda: _run(sys.argv[1:] if argv is None else argv))


def _run(argv: Sequence[str]) -> int:
    try:
        given = make_parser().parse_flags(argv)
        mode = given.get("mode", Config.mode)
        folder = given.get("ckpt_load_dir") or (SHIPPED if mode in ("ask", "serve") else "")
        if folder:
            given["ckpt_load_dir"] = checkpoint_folder(folder)
        MODE_FUNCTIONS[mode](given)
    except BrokenPipeError:  # show_examples | head
        return 1
    return 0
