"""Trains the fusion reader without one of its parts, on a part of the training data.

Usage: python scripts/ablate.py PART --experiment_name=NAME [other flags of main.py]

PART is one of:

    none             nothing is left out
    letters          letter n-grams of words: one vector stands for all
    trained_vectors  vectors that train, of frequent words that GloVe lacks and of shapes of others
    match            which words of the context the question has too
    self_attention   what the other tokens of the context say
    end              that the end is found from the start
    average          averaged weights

One epoch over data/train-part-v1.1.json, scored on data/held-out-v1.1.json: `scripts/hold_out.py`
makes these two files.
"""

import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "code"))

from squad_reader.cli import main  # noqa: E402
from squad_reader.model.fusion.options import FUSION  # noqa: E402
from squad_reader.registry import register  # noqa: E402

FLAGS = {
    "none": [],
    "letters": ["--letter_buckets=2"],  # one for all n-grams: only how many there are is left
    "trained_vectors": ["--trained_words=0", "--shapes=1"],  # all others share one vector
    "average": ["--ema=0"],
}
CLASSES = {
    "match": "ablated_fusion:WithoutMatch",
    "self_attention": "ablated_fusion:WithoutSelfAttention",
    "end": "ablated_fusion:WithoutEnd",
}


def run(part, flags):
    """Train without that part; gives the exit status."""
    model = "fusion"
    if part in CLASSES:
        model = f"fusion_without_{part}"
        register(model, replace(FUSION, model=CLASSES[part]))
    data = ROOT / "data"
    return main(
        [
            "--mode=train",
            f"--model={model}",
            "--num_epochs=1",
            f"--train_path={data / 'train-part-v1.1.json'}",
            f"--dev_path={data / 'held-out-v1.1.json'}",
            *FLAGS.get(part, []),
            *flags,
        ]
    )


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in {*FLAGS, *CLASSES}:
        sys.exit(__doc__)
    sys.exit(run(sys.argv[1], sys.argv[2:]))
