"""Cuts SQuAD's training file in two: what to tune on is then neither trained on nor dev.

Usage: python scripts/hold_out.py [--data_dir=data]

Reads train-v1.1.json and writes, beside it, held-out-v1.1.json with the articles whose titles are
in held_out_titles.txt (a tenth of all, those with the lowest CRC-32 of their title), and
train-part-v1.1.json with the others. Then, for example:

    python code/main.py --mode=train --experiment_name=try --train_path=data/train-part-v1.1.json \\
        --dev_path=data/held-out-v1.1.json
"""

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TITLES = Path(__file__).with_name("held_out_titles.txt")
sys.path.insert(0, str(ROOT / "code"))

from squad_articles import read_articles  # noqa: E402  # beside this file

from squad_reader.data.download import find  # noqa: E402
from squad_reader.errors import InputError  # noqa: E402
from squad_reader.files import atomic_write  # noqa: E402
from squad_reader.screen import run_command, say  # noqa: E402


def hold_out(folder, titles):
    """Write both parts; gives how many articles each has.

    Raises:
        InputError: there is no training file, it lacks one of the titles, or is of another form.
    """
    path = find("train-v1.1.json", folder)
    if not path:
        raise InputError(f"--data_dir: expected train-v1.1.json in {folder}, found none")
    content = read_articles(str(path))
    parts = {"held-out": [], "train-part": []}
    for article in content["data"]:
        title = article.get("title")  # it may be missing, or no text
        held_out = isinstance(title, str) and title in titles
        parts["held-out" if held_out else "train-part"].append(article)
    missing = titles - {article["title"] for article in parts["held-out"]}
    if missing:
        raise InputError(f"{path}: expected the article {min(missing)!r}, found none of this title")
    for name, articles in parts.items():
        with atomic_write(folder / f"{name}-v1.1.json") as file:
            json.dump({**content, "data": articles}, file, ensure_ascii=False)
    return {name: len(articles) for name, articles in parts.items()}


def main(argv=None):
    """The exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], allow_abbrev=False)
    parser.add_argument("--data_dir", type=Path, default=ROOT / "data", help="folder of the files")
    folder = parser.parse_args(argv).data_dir

    def run():
        counts = hold_out(folder, set(TITLES.read_text(encoding="utf-8").splitlines()))
        for name, count in counts.items():
            say(f"Wrote {count} articles to {folder / name}-v1.1.json")
        return 0

    return run_command("hold_out.py", run)


if __name__ == "__main__":
    sys.exit(main())
