"""A small reader of any model, with random weights, and a batch of the small data set for it."""

from pathlib import Path

import numpy as np

from squad_reader.config import make_config
from squad_reader.data.batches import make_batch
from squad_reader.data.encoded import Encoded
from squad_reader.data.glove import GloveFile
from squad_reader.data.preprocess import preprocess
from squad_reader.data.rows import prediction_rows
from squad_reader.data.squad_json import read_squad
from squad_reader.model.models import make_features, make_model
from squad_reader.options import option_names
from squad_reader.registry import architecture

FIXTURES = Path(__file__).resolve().parent / "fixtures"


def small_reader(name, questions, share=False, **options):
    """The model, with these options, and the inputs of so many questions."""
    data = preprocess(read_squad(FIXTURES / "small-train-v1.1.json"))
    config = make_config({"model": name, "embedding_size": 50, **options})
    features = make_features(config)
    for feature in features:
        feature.bind(GloveFile(FIXTURES / "glove.small.50d.txt"))
        feature.fit(data)
    rows, encoded = prediction_rows(data, 600, 30), Encoded(data, features)
    batch = make_batch(rows, encoded, np.arange(questions), share)
    return make_model(config, features), batch.inputs


def small_sizes(name, size=6):
    """All sizes that a model has as options, small."""
    names = option_names(architecture(name).options)
    return {each: size for each in names if each.endswith("_size")}
