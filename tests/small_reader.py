"""A small reader of any model, with random weights, and a batch of the small data set for it."""

from pathlib import Path

import numpy as np

from squad_reader.config import make_config, model_values, names_in
from squad_reader.data.batches import make_batch
from squad_reader.data.encoded import Encoded
from squad_reader.data.glove import GloveFile
from squad_reader.data.preprocess import preprocess
from squad_reader.data.rows import prediction_rows
from squad_reader.data.squad_json import read_squad
from squad_reader.model.models import make_features, make_model
from squad_reader.options import option_names
from squad_reader.predict.checkpoints import get_weights, save_checkpoint
from squad_reader.predict.facts import Facts, Glove
from squad_reader.predict.members import feature_facts
from squad_reader.registry import architecture

FIXTURES = Path(__file__).resolve().parent / "fixtures"


def small_reader(name, questions, share=False, **options):
    """The model, with these options, and the inputs of so many questions."""
    data = preprocess(read_squad(FIXTURES / "small-train-v1.1.json"))
    config = make_config({"model": name, "embedding_size": 50, **options})
    features = fitted_features(config, data)
    rows, encoded = prediction_rows(data, 600, 30), Encoded(data, features)
    batch = make_batch(rows, encoded, np.arange(questions), share)
    return make_model(config, features), batch.inputs


def fitted_features(config, data, glove=FIXTURES / "glove.small.50d.txt"):
    """The features of the model, with this GloVe file, as they are after this training set."""
    features = make_features(config)
    for feature in features:
        feature.bind(GloveFile(glove))
        feature.fit(data)
    return features


def small_sizes(name, size=6):
    """All sizes that a model has as options, small."""
    names = option_names(architecture(name).options)
    return {each: size for each in names if each.endswith("_size")}


def save_reader(folder, model, features, config, **data):
    """Save a checkpoint of it; `data` are options of the data in place of those of `config`."""
    facts = Facts(
        step=1,
        seed=1,
        model=model_values(config),
        data={**{name: getattr(config, name) for name in names_in("data")}, **data},
        glove=Glove("", {}),
        **feature_facts(features),
    )
    save_checkpoint(folder, {"weights": get_weights(model)}, facts)
    return folder
