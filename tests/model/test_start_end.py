"""What `SoftmaxLayer` promises: one logit a token, none at padding."""

import keras
import numpy as np
from numpy.testing import assert_allclose

from squad_reader.model.attention import MASKED_LOGIT
from squad_reader.model.start_end import SoftmaxLayer


def test_a_logit_is_the_dot_product_plus_bias():
    layer = SoftmaxLayer()
    layer.build((None, None, 2))
    layer.set_weights([np.array([[2.0], [-1.0]]), np.array([0.5])])
    inputs = np.array([[[1.0, 1.0], [3.0, 4.0]], [[0.0, 2.0], [5.0, 5.0]]], dtype="float32")
    mask = np.array([[True, True], [True, False]])
    assert_allclose(np.asarray(layer(inputs, mask)), [[1.5, 2.5], [-1.5, MASKED_LOGIT]])


def test_logits_are_float32_in_mixed_precision(bfloat16):
    layer = SoftmaxLayer(dtype="mixed_bfloat16")
    found = layer(np.ones((1, 3, 2)), np.ones((1, 3), dtype=bool))
    assert keras.backend.standardize_dtype(found.dtype) == "float32"


def test_a_layer_is_made_again_from_its_config():
    config = SoftmaxLayer(seed=8).get_config()
    assert SoftmaxLayer.from_config(config).get_config() == config
