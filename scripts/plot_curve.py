"""Draws the training curve of an experiment from its metrics.csv.

Usage: python scripts/plot_curve.py experiments/NAME PICTURE.png [--title TITLE]
"""

import argparse
import csv
import sys
from pathlib import Path

STYLE = {
    "train/loss": ("training (smoothed)", "#b0b0b0"),
    "dev/loss": ("dev", "#d1495b"),
    "dev/f1": ("dev F1", "#00798c"),
    "dev/em": ("dev EM", "#edae49"),
    "dev/f1_one_reference": ("dev F1, one reference", "#00798c"),
    "dev/em_one_reference": ("dev EM, one reference", "#edae49"),
}
ORIGINAL = {"dev/f1": 43.6, "dev/em": 34.4}  # of the 2018 baseline with all of GloVe


def column(rows, name):
    """Steps and values of one column, where it has any."""
    pairs = [(int(row["step"]), float(row[name])) for row in rows if row[name]]
    return [step for step, _ in pairs], [value for _, value in pairs]


def smoothed(values, weight=0.99):
    """Exponential mean, which starts at the first value."""
    mean, means = values[0], []
    for value in values:
        mean = weight * mean + (1 - weight) * value
        means.append(mean)
    return means


def draw(rows, path, title):
    """Loss on the left, F1 and EM on the right, over steps and epochs."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
    for name in ("train/loss", "dev/loss"):
        steps, values = column(rows, name)
        label, colour = STYLE[name]
        left.plot(steps, smoothed(values) if name == "train/loss" else values, colour, label=label)
    left.set(title="loss", ylabel="nats")
    for name in ("dev/f1", "dev/em", "dev/f1_one_reference", "dev/em_one_reference"):
        label, colour = STYLE[name]
        line = "--" if name.endswith("reference") else "-"
        right.plot(*column(rows, name), line, color=colour, label=label)
        if name in ORIGINAL:
            right.axhline(ORIGINAL[name], color=colour, lw=0.8, ls=":")
    right.set(title="score (dotted: the 2018 baseline)", ylabel="percent")
    last = max((int(row["step"]), int(row["epoch"])) for row in rows)
    for axes in (left, right):
        axes.set_xlabel("steps")
        axes.grid(alpha=0.25)
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(f"{title}: {last[0]:,} steps, {last[1]} epochs")
    figure.savefig(path, dpi=110)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("experiment", type=Path, help="folder with metrics.csv")
    parser.add_argument("picture", type=Path, help="file to write: .png, .svg or .pdf")
    parser.add_argument("--title", help="default: name of the experiment")
    flags = parser.parse_args()
    path = flags.experiment / "metrics.csv"
    if not path.is_file():
        sys.exit(f"plot_curve: error: expected an experiment's table, but there is none at {path}")
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if not any(row["dev/f1"] for row in rows):
        sys.exit(f"plot_curve: error: {path}: expected dev scores, found none yet")
    try:
        draw(rows, flags.picture, flags.title or flags.experiment.resolve().name)
    except ImportError:
        sys.exit("plot_curve: error: expected matplotlib; pip install -e '.[plots]'")


if __name__ == "__main__":
    main()
