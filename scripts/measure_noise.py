"""Measures how much the same checkpoint's log-probabilities differ between processors' settings.

Usage: python scripts/measure_noise.py --ckpt_load_dir=DIR --json_in_path=DATA.json
           [--glove_path=GLOVE] [--v4_python=.venv-v4/bin/python] [--edge]

A process for each setting: TensorFlow with and without oneDNN, with the instructions of older
processors, with 1 and 2 threads, with other batches; ONNX Runtime, whose graphs are kept in the
folder of the checkpoint; JAX and TensorFlow 1.4.1 where they are installed. The table has the
largest difference from the first setting, of any token as start or as end, and of the gap between
the best span and one near it, on which an answer depends; and how many answers and n-best lists
differ. With --edge the last lines tell what the rule of `squad_reader.model.span_decoder` does: how
many answers it changes, and for how many questions such differences could still decide.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

CODE = Path(__file__).resolve().parent.parent / "code"
NEAR = 0.1  # nats
LEVELS = ("SSE41", "AVX", "AVX2", "AVX2_VNNI", "AVX512_CORE", "AVX512_CORE_VNNI")
LEVELS += ("AVX512_CORE_BF16",)  # one that the processor lacks means the highest that it has
RUNTIME = "MEASURE_NOISE_RUNTIME"  # a variable for the process: what answers, keras or onnx


class Setting(NamedTuple):
    """Flags of main.py and environment variables of a process."""

    name: str
    flags: tuple[str, ...] = ()
    environment: dict[str, str] = {}


SETTINGS = [
    Setting("default"),
    Setting("oneDNN off", (), {"TF_ENABLE_ONEDNN_OPTS": "0"}),
    *(Setting(f"oneDNN up to {level}", (), {"ONEDNN_MAX_CPU_ISA": level}) for level in LEVELS),
    *(Setting(f"threads {number}", (f"--threads={number}",)) for number in (1, 2)),
    Setting(
        "oneDNN off, SSE41, 1 thread",
        ("--threads=1",),
        {"TF_ENABLE_ONEDNN_OPTS": "0", "ONEDNN_MAX_CPU_ISA": "SSE41"},
    ),
    *(
        Setting(f"batches of {size}", ("--batch_by=questions", f"--batch_size={size}"))
        for size in (1, 7)
    ),
    Setting("ONNX Runtime", (), {RUNTIME: "onnx"}),
]
JAX = Setting("JAX", (), {"KERAS_BACKEND": "jax"})
V4 = Setting("TensorFlow 1.4.1")

DUMP_V4 = """
import sys
import numpy as np
from v4 import flags as command_line, main, official_eval
logits = {}
def observe(rows, batch, log_probs):
    for i, number in enumerate(batch.rows):
        length = rows.lengths[number]
        logits[number] = [each[i, :length] for each in log_probs]
def predict(graph, rows, flags, show):
    found = real(graph, rows, flags, False, lambda *both: observe(rows, *both))
    out = [np.concatenate([logits[i][k] for i in range(len(rows))]) for k in (0, 1)]
    np.savez(sys.argv[1], start=out[0], end=out[1], span=np.array(found), rows=rows.lengths)
    return found
real, official_eval.predict_spans = official_eval.predict_spans, predict
sys.exit(main.main(sys.argv[2:]))
"""


def dump(path, flags):
    """Write the log-probabilities of all real tokens, row after row, and the spans chosen."""
    from squad_reader import cli
    from squad_reader.predict import official_eval

    def write(_, data, tokenized, spans):
        out = [np.concatenate([found[i][k] for i in range(len(found))]) for k in (0, 1)]
        lengths = [len(found[i][0]) for i in range(len(found))]
        span = np.array([spans.start_pos, spans.end_pos])
        np.savez(path, start=out[0], end=out[1], span=span, rows=np.array(lengths))

    def observe(batch, log_probs):
        lengths = batch.context_mask.sum(axis=1)
        for i, number in enumerate(batch.rows):
            found[int(number)] = [each[i, : lengths[i]] for each in log_probs]

    found = {}
    official_eval.write_predictions = write
    from squad_reader.predict.reader import Reader, reader_of

    runtime = os.environ.get(RUNTIME, "keras")
    official_eval.reader_of = lambda config: reader_of(config, runtime)
    real = Reader.spans
    Reader.spans = lambda *args, **more: real(*args, **more, observe=observe)
    return cli.main(flags)


def measure(setting, flags, path, v4_python=None):
    """Run one setting in a process of its own.

    Returns:
        dict: `start`, `end`, `span` and `rows` as `dump` writes them, and `n_best`, text, which
        TensorFlow 1.4.1 does not give. None, with a line on stderr, where it cannot run.
    """
    n_best = Path(f"{path}.n_best.json")
    command = [sys.executable, __file__, "--dump", str(path)]
    if v4_python:
        command = [v4_python, "-c", DUMP_V4, str(path)]
    command += ["--mode=official_eval", f"--json_out_path={path}.json", *flags, *setting.flags]
    command += [f"--nbest_out_path={n_best}"] * (not v4_python)
    environment = {**os.environ, **setting.environment}
    # Python 2.7 must not import the packages of this Python.
    others = [] if v4_python else [os.environ.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join([str(CODE), *others])
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        print(f"{setting.name}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    with np.load(path) as content:
        return {**content, "n_best": n_best.read_text("utf-8") if n_best.exists() else ""}


def split(arrays):
    """Start and end log-probabilities of each row, float64, (T,) each, in nats."""
    edges = np.cumsum(arrays["rows"])[:-1]
    return zip(np.split(arrays["start"], edges), np.split(arrays["end"], edges), strict=True)


def gap_noise(base, arrays):
    """How much, in nats, the distance of a span from the best of its row changes at most.

    Of spans within `NEAR` of the best: those that the rule may have to choose among.
    """
    from squad_reader.model.span_decoder import legal_spans

    spans = {length: legal_spans(length, 20) for length in set(base["rows"].tolist())}
    most = 0.0
    for before, after in zip(split(base), split(arrays), strict=True):
        starts, ends = spans[len(before[0])]
        gaps = [start[starts] + end[ends] for start, end in (before, after)]
        gaps = [log_probs - log_probs.max() for log_probs in gaps]
        most = max(most, np.max(np.abs(gaps[0] - gaps[1])[gaps[0] >= -NEAR]))
    return most


def compare(base, arrays):
    """Largest difference of any token's log-probability and `gap_noise`, in nats; how many
    answers and how many n-best lists are others (None where there are no lists)."""
    tokens = max(np.max(np.abs(base[name] - arrays[name])) for name in ("start", "end"))
    answers = int(np.sum(np.any(base["span"] != arrays["span"], axis=0)))
    lists = None
    if arrays["n_best"]:
        lists = sum(a != b for a, b in zip(places(base), places(arrays), strict=True))
    return tokens, gap_noise(base, arrays), answers, lists


def places(arrays):
    """For each question the places of its n best spans."""
    lists = json.loads(arrays["n_best"]).values()
    return [[(span["char_start"], span["char_end"]) for span in spans] for spans in lists]


def edge(flags, noise):
    """What the rule changes, and where such differences could still decide."""
    from squad_reader import cli, runtime

    runtime.prepare_backend()
    from squad_reader.data.preprocess import read_data
    from squad_reader.model import span_decoder
    from squad_reader.predict.reader import reader_of

    config = cli.reading_config(dict(flag[2:].split("=", 1) for flag in flags))
    _, tokenized = read_data(config.json_in_path, None)
    reader, distance, found = reader_of(config), span_decoder.DISTANCE, []
    (member,) = reader.members
    member.scorer.get_log_probs = remembered(member.scorer.get_log_probs)
    for other in (distance, 0.0, distance - noise, distance + noise):
        span_decoder.DISTANCE = other
        spans = reader.spans(tokenized)
        found.append(np.array([spans.start_pos, spans.end_pos]))
    span_decoder.DISTANCE = distance
    changed, undecided = (np.sum(np.any(a != b, axis=0)) for a, b in (found[:2], found[2:]))
    print(f"distance {distance:g}: {changed} of {found[0].shape[1]} answers are not the best span")
    print(f"with gaps that differ by {noise:.1e}: {undecided} could be answered otherwise")


def remembered(get_log_probs):
    """The same function, which asks the model once for each batch."""
    kept = {}

    def ask(batch):
        key = batch.rows.tobytes()
        if key not in kept:
            kept[key] = get_log_probs(batch)
        return kept[key]

    return ask


def make_parser():
    """The flags."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], allow_abbrev=False)
    for name in ("ckpt_load_dir", "json_in_path"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--glove_path")
    parser.add_argument("--v4_python", help="Python 2.7 of scripts/v4_env, if it is to be measured")
    parser.add_argument("--edge", action="store_true", help="also tell what the rule changes")
    return parser


def main():
    """Print the table."""
    if sys.argv[1:2] == ["--dump"]:
        return dump(sys.argv[2], sys.argv[3:])
    sys.path.insert(0, str(CODE))
    given = make_parser().parse_args()
    names = ("ckpt_load_dir", "json_in_path", "glove_path")
    flags = [f"--{name}={getattr(given, name)}" for name in names if getattr(given, name)]
    settings = [*SETTINGS, *[JAX] * bool(importlib.util.find_spec("jax"))]
    settings += [V4] * bool(given.v4_python)
    noise, base = 0.0, None
    print("| setting | any token | gap to the best span | other answers | other n-best lists |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for number, setting in enumerate(settings):
            python = given.v4_python if setting is V4 else None
            arrays = measure(setting, flags, Path(folder) / f"{number}.npz", python)
            base = base or arrays
            if base is None:
                return 1
            if arrays is not None:
                tokens, gaps, answers, lists = compare(base, arrays)
                noise = max(noise, gaps)
                shown = "—" if lists is None else lists
                row = f"| {setting.name} | {tokens:.1e} | {gaps:.1e} | {answers} | {shown} |"
                print(row, flush=True)
    if given.edge:
        edge(flags, noise)
    return 0


if __name__ == "__main__":
    sys.exit(main())
