"""Draws the training curve of an experiment from its metrics.csv.

Usage: python scripts/plot_curve.py experiments/NAME PICTURE.png [--title TITLE] [--with_2018]

Left the loss, right the dev scores; below the steps, above the epochs.
"""

import argparse
import csv
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "code"))

from squad_reader.errors import InputError  # noqa: E402
from squad_reader.screen import run_command  # noqa: E402

LINES = {  # column: label, colour, line
    "train/loss": ("training, dropout on (smoothed)", "#9aa5b1", "-"),
    "dev/loss": ("dev", "#c8374d", "-"),
    "dev/f1": ("F1, official", "#00708c", "-"),
    "dev/f1_one_reference": ("F1, one reference", "#00708c", "--"),
    "dev/em": ("EM, official", "#d98200", "-"),
    "dev/em_one_reference": ("EM, one reference", "#d98200", "--"),
}
ORIGINAL = {"F1": ("dev/f1", 43.6), "EM": ("dev/em", 34.4)}  # official dev, 236,000 steps
ENDINGS = (".png", ".svg", ".pdf")
BEHIND_TEXT = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}


def read_rows(path):
    """The rows of metrics.csv.

    Raises:
        InputError: there is none, it is damaged, or has no dev scores yet.
    """
    if not path.is_file():
        raise InputError(f"expected an experiment's table, but there is none at {path}")
    names = {"step", "epoch", *LINES}
    try:
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            missing = names - set(reader.fieldnames or ())
            rows = [] if missing else [read_row(row, names) for row in reader]
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{path}: expected an experiment's table, got: {error}") from error
    if missing:
        raise InputError(f"{path}: expected a column {min(missing)}, but there is none")
    if not any("dev/f1" in row for row in rows):
        raise InputError(f"{path}: expected dev scores, found none yet")
    return rows


def read_row(row, names):
    """Column -> number, where the row has one; it always has a step and an epoch."""
    numbers = {name: float(row[name]) for name in names if row[name]}
    if None in row or None in row.values() or not {"step", "epoch"} <= numbers.keys():
        raise ValueError(f"a damaged row, of step {row['step'] or '?'}")
    return numbers


def column(rows, name):
    """Steps and values of one column, where it has any."""
    pairs = [(row["step"], row[name]) for row in rows if name in row]
    return [step for step, _ in pairs], [value for _, value in pairs]


def smoothed(values):
    """Exponential mean over about the last 2 %, at most 100, of the values so far."""
    weight = 1 - 1 / min(100, max(1, len(values) / 50))
    total, weights, means = 0.0, 0.0, []
    for value in values:
        total = weight * total + value
        weights = weight * weights + 1
        means.append(total / weights)
    return means


def steps_per_epoch(rows):
    """From the last step of the last whole epoch; None before there is one."""
    last = max(row["epoch"] for row in rows)
    steps = [row["step"] for row in rows if row["epoch"] < last]
    return max(steps) / (last - 1) if steps else None


def draw_columns(axes, rows, names):
    """A line for each of these columns."""
    for name in names:
        label, colour, line = LINES[name]
        steps, values = column(rows, name)
        values = smoothed(values) if name == "train/loss" else values
        # A dot for each score, if there are few enough that the dots stay apart.
        dots = "o" if line == "-" and len(steps) < 60 else None
        axes.plot(steps, values, line, color=colour, label=label, marker=dots, markersize=3)


def draw_original(axes):
    """The 2018 baseline's scores, to compare with."""
    for measure, (name, score) in ORIGINAL.items():
        axes.axhline(score, color=LINES[name][1], lw=1, ls=":")
        axes.annotate(
            f"2018:\n{measure} {score}",
            (1.01, score),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=8,
            color="#555",
        )


def draw_best(axes, rows):
    """A ring around the best official F1, with both numbers."""
    best = max((row for row in rows if "dev/f1" in row), key=lambda row: row["dev/f1"])
    step, f1, exact_match = best["step"], best["dev/f1"], best["dev/em"]
    axes.plot(step, f1, "o", mfc="none", mec="#111", markersize=9)
    axes.annotate(
        f"best: F1 {f1:.2f}, EM {exact_match:.2f}",
        (step, f1),
        (0, 9),
        textcoords="offset points",
        ha="right" if step > rows[-1]["step"] / 2 else "left",
        fontsize=9,
        bbox=BEHIND_TEXT,
    )
    axes.margins(y=0.12)


def dress(axes, per_epoch):
    """Label the axes: steps below, epochs above."""
    axes.set_xlabel("steps")
    axes.xaxis.set_major_formatter(lambda step, _: f"{step:,.0f}")
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    if per_epoch:
        above = axes.secondary_xaxis(
            "top", functions=(lambda step: step / per_epoch, lambda epoch: epoch * per_epoch)
        )
        above.set_xlabel("epochs", color="#555")
        above.tick_params(colors="#555")
        above.spines["top"].set_color("#bbb")


def draw(rows, path, title, with_2018):
    """Write the picture."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6), layout="constrained")
    draw_columns(left, rows, ["train/loss", "dev/loss"])
    left.set_ylabel("loss, nats")
    left.legend(frameon=False)
    draw_columns(right, rows, list(LINES)[2:])
    if with_2018:
        draw_original(right)
    draw_best(right, rows)
    right.set_ylabel("dev score, percent")
    right.legend(frameon=False, ncols=2, loc="lower right")
    for axes in (left, right):
        dress(axes, steps_per_epoch(rows))
    figure.suptitle(title)
    figure.savefig(path, dpi=130)


def make_parser():
    """The flags."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("experiment", type=Path, help="folder with metrics.csv")
    parser.add_argument("picture", type=Path, help="file to write: .png, .svg or .pdf")
    parser.add_argument("--title", help="default: name of the experiment")
    parser.add_argument(
        "--with_2018", action="store_true", help="also the 2018 baseline's scores on SQuAD dev"
    )
    return parser


def plot(flags):
    """Draw what the flags say."""
    if flags.picture.suffix not in ENDINGS or flags.picture.is_dir():
        raise InputError(f"expected a file {', '.join(ENDINGS)} to draw into, got {flags.picture}")
    rows = read_rows(flags.experiment / "metrics.csv")
    try:
        title = flags.title or flags.experiment.resolve().name
        draw(rows, flags.picture, title, flags.with_2018)
    except ImportError as error:
        raise InputError(f"expected matplotlib ({error}); pip install -e '.[plots]'") from error
    except (OSError, ValueError) as error:  # no such folder; an ending that it does not know
        raise InputError(f"{flags.picture}: cannot be written: {error}") from error


def main():
    """The exit status."""
    flags = make_parser().parse_args()
    return run_command("plot_curve.py", lambda: plot(flags))


if __name__ == "__main__":
    sys.exit(main())
