"""Measures the package on real data, each thing in a process of its own, and prints a table.

Seconds are wall-clock; memory is the peak of the process on the host, as the system counted it.
On a shared machine compare ratios of runs made together, not single numbers.

    scripts/benchmark                                   all of it, with the files in data/
    scripts/benchmark --only train --steps 200          the training rate alone
    KERAS_BACKEND=jax scripts/benchmark --only train    the same with JAX, on its device
    scripts/benchmark --only train eval --model fusion  another reader than the baseline
    scripts/benchmark --only serve --requests 1000      the service, with 16 clients
    scripts/benchmark --only serve --threads 1          the same with one thread, to compare
    scripts/benchmark --only v4 --v4_env .venv-v4       Python 2.7, as scripts/v4_env built it
"""

import argparse
import csv
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / "code"
SECTIONS = ("preprocess", "glove", "train", "eval", "ask", "serve", "v4")
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
BYTES_PER_MAXRSS = 1 if sys.platform == "darwin" else 1024  # the one counts bytes, Linux KiB
sys.path.insert(0, str(CODE))

from ask_speed import FIRST, part_ask_all, part_ask_more, write_long_text  # noqa: E402
from serve_load import measure_load, questions_of, running  # noqa: E402  # beside this file

from squad_reader.errors import InputError  # noqa: E402
from squad_reader.files import checkpoint_folder  # noqa: E402
from squad_reader.screen import run_command, say  # noqa: E402


def make_parser():
    """The flags."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--data_dir", type=Path, default=ROOT / "data", help="folder with SQuAD's train and dev")
    add("--tiny_dev", type=Path, help="a smaller set (default: DATA_DIR/tiny-dev.json, if there)")
    add("--glove_path", type=Path, help="100d (default: DATA_DIR/glove.6B.100d.txt)")
    checkpoint = "to answer with, or shipped (default: an untrained one is made)"
    add("--ckpt_load_dir", type=lambda name: Path(checkpoint_folder(name)), help=checkpoint)
    add("--steps", type=int, default=60, help="training steps to time, after a warm-up")
    add("--requests", type=int, default=10_000, help="to the service, for its memory")
    add("--threads", type=int, default=0, help="as in main.py, for the service")
    add("--v4_env", type=Path, default=ROOT / ".venv-v4", help="folder of the old environment")
    add("--only", choices=SECTIONS, nargs="+", help="measure these alone")
    add("--model", default="baseline", help="the reader to train and to answer with")
    add("--batch_by", choices=("questions", "contexts"), help="as in main.py, for training")
    add("--part", nargs="+", help=argparse.SUPPRESS)  # a process that the benchmark starts
    return parser


def measure(command):
    """Run a command; gives its output, wall seconds and peak memory in MB.

    What it prints on stderr is shown on a terminal; elsewhere only where it fails.
    """
    begin = time.perf_counter()
    with tempfile.TemporaryFile("w+", errors="replace") as told:
        stderr = None if sys.stderr.isatty() else told
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True) as process:
            output = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begin
        if process.returncode:
            told.seek(0)
            say(told.read().rstrip("\n"), sys.stderr)
            raise failure(process, command)
    return output, seconds, usage.ru_maxrss * BYTES_PER_MAXRSS / 1e6


def failure(process, command):
    """The error that a command ends the benchmark with."""
    return InputError(f"exit status {process.returncode} from: {' '.join(map(str, command))}")


def part(*words):
    """Measure one of the functions below in a fresh process; what it prints last is JSON."""
    output, _, megabytes = measure([sys.executable, __file__, "--part", *map(str, words)])
    return json.loads(output.splitlines()[-1]), megabytes


def part_preprocess(cache_dir, *paths):
    from squad_reader.data.preprocess import load_or_preprocess

    begin = time.perf_counter()
    data = [load_or_preprocess(path, Path(cache_dir)) for path in paths]
    seconds = time.perf_counter() - begin
    return {"seconds": seconds, "questions": sum(len(one.start_pos) for one in data)}


def part_glove(glove_path, token_cache, cache_dir, *paths):
    from squad_reader.data.glove import GloveFile
    from squad_reader.data.preprocess import load_or_preprocess

    data = [load_or_preprocess(path, Path(token_cache)) for path in paths]
    words = list(dict.fromkeys(word for one in data for word in one.words))
    begin = time.perf_counter()
    source = GloveFile(glove_path, cache_dir=cache_dir if cache_dir != "-" else None)
    found, _ = source.lookup(words)
    return {"seconds": time.perf_counter() - begin, "words": len(words), "found": len(found)}


def config_of(**given):
    """All options of a run, those that are None by their defaults."""
    from squad_reader.config import make_config

    return make_config({name: value for name, value in given.items() if value is not None})


def part_train(given, steps):
    from squad_reader.runtime import prepare_backend

    config = config_of(**json.loads(given))
    backend = prepare_backend(many_shapes=config.batch_by == "contexts")
    from squad_reader.train.state import new_state
    from squad_reader.train.training_data import TrainingData

    data = TrainingData(config)
    state = new_state(config, data)
    batches = data.batches(epoch=1)[: int(steps)]

    def seconds_of(numbers):
        begin = time.perf_counter()
        state.train_step(data.batch(numbers))
        return time.perf_counter() - begin

    # A backend may compile for each shape, so every shape is run once before it is timed.
    shapes = {}
    for numbers in batches:
        inputs = data.batch(numbers).inputs
        shapes[tuple(inputs[name].shape for name in sorted(inputs))] = numbers
    warm_up = sum(seconds_of(numbers) for numbers in shapes.values())
    times = [seconds_of(numbers) for numbers in batches]
    rates = [len(numbers) / seconds for numbers, seconds in zip(batches, times, strict=True)]
    return {
        "steps": len(batches),
        "shapes": len(shapes),
        "warm_up": warm_up,
        "whole": sum(map(len, batches)) / sum(times),
        "median": statistics.median(rates),
        "backend": backend,
        "device": device_name(backend),
    }


def device_name(backend):
    """The device that the model runs on, by the name of the product where the backend tells it."""
    if backend == "jax":
        import jax

        return jax.devices()[0].device_kind
    if backend == "tensorflow":
        import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")
        details = tf.config.experimental.get_device_details(gpus[0]) if gpus else {}
        return details.get("device_name", "GPU" if gpus else "cpu")
    return "device not known"


def part_checkpoint(folder, given):
    """An untrained checkpoint: its answers are poor, its speed is that of a trained one."""
    from squad_reader.runtime import prepare_backend

    prepare_backend()
    from squad_reader.train.state import new_state
    from squad_reader.train.training_data import TrainingData

    config = config_of(**json.loads(given))
    data = TrainingData(config)
    new_state(config, data).save(Path(folder), data.facts(step=0))
    return {}


PARTS = {
    "preprocess": part_preprocess,
    "glove": part_glove,
    "train": part_train,
    "checkpoint": part_checkpoint,
    "ask_more": part_ask_more,
    "ask_all": part_ask_all,
}


class Benchmark:
    """Runs the measurements and collects the rows of the table."""

    def __init__(self, flags, folder):
        self.flags, self.folder, self.rows = flags, folder, []
        self.tokens = folder / "tokens"
        from squad_reader.data.download import find  # not in the processes that are measured

        names = ("train-v1.1.json", "dev-v1.1.json")
        self.train, self.dev = (find(name, flags.data_dir) for name in names)
        tiny = flags.tiny_dev or flags.data_dir / "tiny-dev.json"
        self.sets = [tiny] * (tiny.is_file() or bool(flags.tiny_dev)) + [self.dev]
        self.glove = flags.glove_path or flags.data_dir / "glove.6B.100d.txt"
        self.check()

    def check(self):
        """Stop for a wrong flag, before anything is measured."""
        if not self.train or not self.dev:
            raise InputError(
                f"--data_dir: expected train-v1.1.json and dev-v1.1.json in {self.flags.data_dir}"
            )
        checkpoint = self.flags.ckpt_load_dir
        config = {"--ckpt_load_dir": checkpoint / "config.json"} if checkpoint else {}
        files = {"--glove_path": self.glove, "--tiny_dev": self.sets[0], **config}
        for flag, path in files.items():
            if not path.is_file():
                raise InputError(f"{flag}: expected a file, but there is none at {path}")
        for name in ("steps", "requests"):
            if getattr(self.flags, name) < 1:
                raise InputError(f"--{name} must be at least 1, got {getattr(self.flags, name)}")
        from squad_reader.registry import names

        if self.flags.model not in names():
            raise InputError(
                f"--model must be one of {', '.join(names())}, got {self.flags.model!r}"
            )

    def row(self, what, value, megabytes):
        self.rows.append((what, value, f"{megabytes:,.0f}"))
        say(f"{what}: {value}, {megabytes:,.0f} MB", sys.stderr)

    def preprocess(self):
        for when in ("first time", "from the cache"):
            found, megabytes = part("preprocess", self.tokens, self.train, self.dev)
            rate = found["questions"] / found["seconds"]
            value = f"{found['seconds']:.2f} s ({rate:,.0f} questions/s)"
            self.row(f"preprocessing train and dev, {when}", value, megabytes)

    def glove_scan(self):
        for paths in dict.fromkeys([(self.sets[0],), (self.train, self.dev)]):
            part("preprocess", self.tokens, *paths)  # so that its memory is not counted here
            for when, cache in (
                ("scan", "-"),
                ("fill the cache", self.tokens),
                ("from the cache", self.tokens),
            ):
                found, megabytes = part("glove", self.glove, self.tokens, cache, *paths)
                if when != "fill the cache":
                    names = " and ".join(path.name.split(".json")[0] for path in paths)
                    what = f"GloVe for the {found['words']:,} words of {names}, {when}"
                    self.row(what, f"{found['seconds']:.2f} s", megabytes)

    def train_rate(self):
        part("preprocess", self.tokens, self.train, self.dev)  # see glove_scan
        paths = {"train_path": self.train, "dev_path": self.dev, "cache_dir": self.tokens}
        given = self.given(**paths, batch_by=self.flags.batch_by)
        found, megabytes = part("train", given, self.flags.steps)
        value = (
            f"{found['whole']:.0f} examples/s over {found['steps']} steps, median step "
            f"{found['median']:.0f} (warm-up: {found['shapes']} shapes, {found['warm_up']:.0f} s)"
        )
        by = f" by {self.flags.batch_by}" if self.flags.batch_by else ""
        what = f"training {self.flags.model}{by}, {found['backend']}, {found['device']}"
        self.row(what, value, megabytes)

    def given(self, **more):
        """Options of a reader as JSON, for a process that is started."""
        given = {"model": self.flags.model, "glove_path": self.glove, **more}
        return json.dumps({name: value and str(value) for name, value in given.items()})

    def checkpoint(self):
        """The checkpoint to answer with; made once if none was given."""
        folder = self.flags.ckpt_load_dir or self.folder / "checkpoint"
        if not folder.exists():
            part("checkpoint", folder, self.given(train_path=self.dev, dev_path=self.dev))
        return folder

    def eval_command(self, python, path):
        """The command that answers the questions of a file."""
        command = [python, CODE / "main.py", "--mode=official_eval", f"--json_in_path={path}"]
        command += [f"--glove_path={self.glove}", f"--ckpt_load_dir={self.checkpoint()}"]
        return [*command, f"--json_out_path={self.folder / 'predictions.json'}"]

    def official_eval(self):
        for path in self.sets:
            for when in ("no cache", "fill the cache", "from the cache"):
                command = self.eval_command(sys.executable, path)
                if when != "no cache":
                    command += [f"--cache_dir={self.folder / 'eval'}"]
                _, seconds, megabytes = measure(command)
                if when != "fill the cache":
                    what = f"official_eval on {path.name}{self.by()}, whole process, {when}"
                    self.row(what, f"{seconds:.1f} s", megabytes)

    def reading(self):
        """Checkpoint to answer with, and the GloVe file; "" where it has its own vectors."""
        from squad_reader.predict.checkpoints import glove_for

        folder = self.checkpoint()
        return folder, glove_for(folder, str(self.glove))

    def ask(self):
        """Without TensorFlow: a process for one question, on a short and on a long text; one more
        question; all of dev."""
        folder, glove = self.reading()
        main = [sys.executable, CODE / "main.py"]
        measure([*main, *FIRST, *reading_flags(folder, glove)])  # it may have to make the graphs
        question = write_long_text(self.folder / "long.txt", self.dev)
        long = ["ask", f"--question={question}", f"--context={self.folder / 'long.txt'}"]
        for flags, where in ((FIRST, ""), (long, " on 1 MB of text")):
            _, seconds, megabytes = measure([*main, *flags, *reading_flags(folder, glove)])
            what = f"ask{self.by()}, first answer{where}, whole process"
            self.row(what, f"{seconds:.2f} s", megabytes)
        found, megabytes = part("ask_more", folder, glove, self.dev)
        what = f"ask{self.by()}, one more question on {found['tokens']} tokens"
        self.row(what, f"{found['milliseconds']:.1f} ms", megabytes)
        found, megabytes = part("ask_all", folder, glove, self.dev)
        what = f"ask{self.by()}, all {found['questions']:,} questions of {self.dev.name}"
        self.row(what, f"{found['seconds']:.1f} s", megabytes)

    def serve(self):
        """The service, asked what dev asks: the first thousand times, then as often as it says."""
        folder, glove = self.reading()
        questions = questions_of(self.dev, self.flags.requests)
        flags = [*reading_flags(folder, glove), f"--cache_dir={self.folder / 'eval'}"]
        threads = [f"--threads={self.flags.threads}"] * bool(self.flags.threads)
        name = ", ".join([f"serve{self.by()}", *threads])
        try:
            with running(*flags, *threads) as server:
                for what, value, megabytes in measure_load(server, questions):
                    self.row(f"{name}, {what}", value, megabytes)
        except OSError as error:
            raise InputError(str(error)) from error

    def by(self):
        """Whose answers are timed; nothing where a checkpoint says it itself."""
        return "" if self.flags.ckpt_load_dir else f" by {self.flags.model}"

    def v4(self):
        """The edition for Python 2.7: answering, and training for some steps."""
        python = self.flags.v4_env / "bin" / "python"
        if not python.is_file():
            say(f"v4: left out, {python} is not there; see scripts/v4_env", sys.stderr)
            return
        for path in self.sets:
            _, seconds, megabytes = measure(self.eval_command(python, path))
            what = f"official_eval on {path.name}{self.by()}, whole process"
            self.row(f"Python 2.7, TensorFlow 1.4.1: {what}", f"{seconds:.1f} s", megabytes)
        if self.flags.model != "baseline":
            return  # it trains no other
        rate, megabytes = self.v4_train(python)
        value = f"{rate:.0f} examples/s over {self.flags.steps} steps (harmonic mean)"
        self.row("Python 2.7, TensorFlow 1.4.1: training", value, megabytes)

    def v4_train(self, python):
        """Train until enough steps are in metrics.csv, then stop; gives the rate and the memory."""
        folder = self.folder / "v4"
        command = [python, CODE / "main.py", "--mode=train", f"--train_dir={folder}"]
        command += [f"--train_path={self.train}", f"--dev_path={self.dev}"]
        process = subprocess.Popen([*command, f"--glove_path={self.glove}"], **QUIET)
        rates = []
        while len(rates) < self.flags.steps + 1:
            if process.poll() is not None:
                raise failure(process, command)
            time.sleep(1)
            rates = examples_per_second(folder / "metrics.csv")
        process.terminate()
        _, _, usage = os.wait4(process.pid, 0)
        rate = statistics.harmonic_mean(rates[1 : self.flags.steps + 1])  # not the first
        return rate, usage.ru_maxrss * BYTES_PER_MAXRSS / 1e6


def reading_flags(folder, glove):
    """The flags of what `Benchmark.reading` gives."""
    return [f"--ckpt_load_dir={folder}", *[f"--glove_path={glove}"] * bool(glove)]


def examples_per_second(path):
    """That column of the whole lines of a metrics.csv."""
    if not path.exists():
        return []
    with open(path, newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["train/examples_per_second"]]
    return [float(row["train/examples_per_second"]) for row in rows]


def machine():
    """Date, commit, machine and versions, in two lines."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{time.strftime('%Y-%m-%d')}, commit {commit or 'unknown'}; {cpu_name()}, {cores} cores\n"
        f"Python {platform.python_version()}, {', '.join(versions())}"
    )


def cpu_name():
    """The processor's name, as Linux tells it; elsewhere what Python knows."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def versions():
    """Versions of the installed packages that the numbers depend on."""
    for name in ("tensorflow-cpu", "tensorflow", "jax", "keras", "numpy"):
        try:
            yield f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            pass


def run(flags):
    """Measure what the flags say, and print the table."""
    if flags.part:
        say(json.dumps(PARTS[flags.part[0]](*flags.part[1:])))
        return
    with tempfile.TemporaryDirectory() as folder:
        benchmark = Benchmark(flags, Path(folder))
        functions = (
            benchmark.preprocess,
            benchmark.glove_scan,
            benchmark.train_rate,
            benchmark.official_eval,
            benchmark.ask,
            benchmark.serve,
            benchmark.v4,
        )
        for name, function in zip(SECTIONS, functions, strict=True):
            if name in (flags.only or SECTIONS):
                function()
    say(machine() + "\n")
    say("| what | measured | peak memory, MB |\n|---|---|---|")
    for row in benchmark.rows:
        say("| " + " | ".join(row) + " |")


def main():
    """The exit status."""
    flags = make_parser().parse_args()
    return run_command("benchmark.py", lambda: run(flags))


if __name__ == "__main__":
    sys.exit(main())
