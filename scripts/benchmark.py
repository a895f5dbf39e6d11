"""Measures the package on real data, each thing in a process of its own, and prints a table.

Seconds are wall-clock; memory is the peak of the process, as the system counted it. On a shared
machine compare ratios of runs made together, not single numbers.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / "code"
SECTIONS = ("preprocess", "glove", "train", "eval")
sys.path.insert(0, str(CODE))


def make_parser():
    """The flags."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    add = parser.add_argument
    add("--data_dir", type=Path, default=ROOT / "data", help="folder with SQuAD's train and dev")
    add("--tiny_dev", type=Path, help="a smaller set to answer too, for example one article")
    add("--glove_path", type=Path, help="default: DATA_DIR/glove.6B.100d.txt")
    add(
        "--ckpt_load_dir",
        type=Path,
        help="checkpoint to answer with; default: one without training",
    )
    add("--steps", type=int, default=60, help="training steps to time, after as many as 20 others")
    add("--only", choices=SECTIONS, action="append", help="measure this alone; may be repeated")
    add("--part", nargs="+", help=argparse.SUPPRESS)  # a process of the benchmark itself
    return parser


def find(folder, name):
    """A SQuAD file of the folder, whatever it is called."""
    names = [f"{name}-v1.1.json", f"{name}-v1.1.json.gz", f"{name}.json", f"{name}.json.gz"]
    for candidate in names:
        if (folder / candidate).is_file():
            return folder / candidate
    sys.exit(f"benchmark: error: --data_dir {folder}: expected {names[0]}, found none")


def measure(command):
    """Run a command; gives its output, wall seconds and peak memory in MB."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.stdout.close()
    if status:
        sys.exit(f"benchmark: error: failed: {' '.join(map(str, command))}")
    return output, time.perf_counter() - begin, usage.ru_maxrss / 1024


def part(*words):
    """Measure one of the functions below in a fresh process; what it prints last is JSON."""
    output, _, megabytes = measure([sys.executable, __file__, "--part", *map(str, words)])
    return json.loads(output.splitlines()[-1]), megabytes


def part_preprocess(cache_dir, *paths):
    from squad_reader.data.preprocess import load_or_preprocess

    begin = time.perf_counter()
    data = [load_or_preprocess(path, cache_dir) for path in paths]
    seconds = time.perf_counter() - begin
    return {"seconds": seconds, "questions": sum(len(one.start_pos) for one in data)}


def part_glove(glove_path, token_cache, cache_dir, *paths):
    from squad_reader.data.glove import read_glove
    from squad_reader.data.preprocess import load_or_preprocess
    from squad_reader.data.vocabulary import words_at_hand

    words = words_at_hand([load_or_preprocess(path, token_cache) for path in paths])
    begin = time.perf_counter()
    found, _ = read_glove(glove_path, words, cache_dir=cache_dir if cache_dir != "-" else None)
    return {"seconds": time.perf_counter() - begin, "words": len(words), "found": len(found)}


def part_train(glove_path, cache_dir, steps, train_path, dev_path):
    from squad_reader.runtime import prepare_backend

    backend = prepare_backend()
    import keras

    from squad_reader.config import Config
    from squad_reader.data.batches import make_batch, shuffled_batches
    from squad_reader.train.task import Task

    options = {"train_path": train_path, "dev_path": dev_path, "glove_path": glove_path}
    config = Config(**options, cache_dir=cache_dir)
    task, times = Task(config), []
    for numbers in shuffled_batches(task.rows, config.batch_size, config.seed, 1)[
        : int(steps) + 20
    ]:
        begin = time.perf_counter()
        task.train_step(make_batch(task.rows, numbers))
        times.append((len(numbers), time.perf_counter() - begin))
    times = times[20:]  # the first steps trace the model
    whole = sum(n for n, _ in times) / sum(seconds for _, seconds in times)
    median = statistics.median(n / seconds for n, seconds in times)
    device = str(keras.distribution.list_devices()[0])
    return {"whole": whole, "median": median, "backend": backend, "device": device}


def part_checkpoint(folder, glove_path, dev_path):
    """An untrained checkpoint: its answers are poor, its speed is that of a trained one."""
    from squad_reader.runtime import prepare_backend

    prepare_backend()
    from squad_reader.config import Config
    from squad_reader.train.task import Task

    config = Config(train_path=dev_path, dev_path=dev_path, glove_path=glove_path)
    facts = {"step": 0, "epoch": 0, "scored_step": 0, "best_score": None}
    Task(config).save(Path(folder), facts)
    return {}


PARTS = {
    "preprocess": part_preprocess,
    "glove": part_glove,
    "train": part_train,
    "checkpoint": part_checkpoint,
}


class Benchmark:
    """Runs the measurements and collects the rows of the table."""

    def __init__(self, flags, folder):
        self.flags, self.folder, self.rows = flags, folder, []
        self.train, self.dev = find(flags.data_dir, "train"), find(flags.data_dir, "dev")
        self.glove = flags.glove_path or flags.data_dir / "glove.6B.100d.txt"
        self.sets = [path for path in (flags.tiny_dev, self.dev) if path]

    def row(self, what, value, megabytes):
        self.rows.append((what, value, f"{megabytes:,.0f}"))
        print(f"{what}: {value}, {megabytes:,.0f} MB", file=sys.stderr)

    def preprocess(self):
        for when in ("first time", "from the cache"):
            found, megabytes = part("preprocess", self.folder / "tokens", self.train, self.dev)
            rate = found["questions"] / found["seconds"]
            value = f"{found['seconds']:.2f} s ({rate:,.0f} questions/s)"
            self.row(f"preprocessing train and dev, {when}", value, megabytes)

    def glove_scan(self):
        tokens = self.folder / "tokens"
        for paths in ([self.sets[0]], [self.train, self.dev]):
            for when, cache in (("scan", "-"), ("make", tokens), ("from the cache", tokens)):
                found, megabytes = part("glove", self.glove, tokens, cache, *paths)
                if when != "make":
                    what = f"GloVe, {found['words']:,} words, {when}"
                    self.row(what, f"{found['seconds']:.2f} s", megabytes)

    def train_rate(self):
        cache = self.folder / "tokens"
        found, megabytes = part("train", self.glove, cache, self.flags.steps, self.train, self.dev)
        value = f"{found['whole']:.0f} examples/s (median of the steps {found['median']:.0f})"
        self.row(f"training, {found['backend']}, {found['device']}", value, megabytes)

    def official_eval(self):
        checkpoint = self.flags.ckpt_load_dir
        if checkpoint is None:
            checkpoint = self.folder / "checkpoint"
            part("checkpoint", checkpoint, self.glove, self.dev)
        for path in self.sets:
            for when in ("no cache", "fill the cache", "from the cache"):
                command = [sys.executable, CODE / "main.py", "--mode=official_eval"]
                command += [f"--json_in_path={path}", f"--glove_path={self.glove}"]
                command += [f"--ckpt_load_dir={checkpoint}"]
                command += [f"--json_out_path={self.folder / 'predictions.json'}"]
                if when != "no cache":
                    command += [f"--cache_dir={self.folder / 'eval'}"]
                _, seconds, megabytes = measure(command)
                if when != "fill the cache":
                    self.row(f"official_eval on {path.name}, {when}", f"{seconds:.1f} s", megabytes)


def machine():
    """A line about machine, versions and commit."""
    model = platform.processor()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if os.name == "posix" else ():
        if line.startswith("model name"):
            model = line.split(":")[1].strip()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    return (
        f"{time.strftime('%Y-%m-%d')}, commit {commit or 'unknown'}, {model}, {cores} cores, "
        f"Python {platform.python_version()}"
    )


def main():
    flags = make_parser().parse_args()
    if flags.part:
        print(json.dumps(PARTS[flags.part[0]](*flags.part[1:])))
        return
    with tempfile.TemporaryDirectory() as folder:
        benchmark = Benchmark(flags, Path(folder))
        functions = (
            benchmark.preprocess,
            benchmark.glove_scan,
            benchmark.train_rate,
            benchmark.official_eval,
        )
        for name, function in zip(SECTIONS, functions, strict=True):
            if name in (flags.only or SECTIONS):
                function()
    print(machine(), end="\n\n")
    print("| what | measured | peak memory, MB |\n|---|---|---|")
    for row in benchmark.rows:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
