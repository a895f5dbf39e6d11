"""Version 0.1 numbered the parts of its training state: which name each number has now.

It knew one model, the baseline. Adam's variables were numbered in the order in which Keras makes
them, the seeds in the order of the layers.
"""

import numpy as np

WEIGHTS = (
    "word_vectors/trained",
    *(
        f"encoder/{direction}/gru_cell/{name}"
        for direction in ("forward", "backward")
        for name in ("kernel", "recurrent_kernel", "bias")
    ),
    *("blend/kernel", "blend/bias"),
    *("start/linear/kernel", "start/linear/bias"),
    *("end/linear/kernel", "end/linear/bias"),
)
ADAM = (
    *("iterations", "learning_rate"),
    *(f"{role}/qa_model/{path}" for path in WEIGHTS for role in ("momentum", "velocity")),
)
SEEDS = (
    *("encoder/input_dropout", "encoder/output_dropout"),
    *("encoder/forward/gru_cell", "encoder/backward/gru_cell"),
    "attention/output_dropout",
)
NAMES = {
    **{f"optimizer/{i}": f"optimizer/{name}" for i, name in enumerate(ADAM)},
    **{f"seed/{i}": f"seed/qa_model/{path}" for i, path in enumerate(SEEDS)},
}


def with_names(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The arrays of a `training_state`, each under the name of this version."""
    return {NAMES.get(name, name): array for name, array in arrays.items()}
