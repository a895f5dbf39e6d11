"""A checkpoint and a data set brought together: GloVe must be the same, the words may differ."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from squad_reader.cli import from_checkpoint
from squad_reader.errors import InputError
from squad_reader.predict.checkpoints import read_arrays
from squad_reader.predict.glove_check import check_glove, check_words
from squad_reader.predict.reader import load_reader, read_data

VECTORS = {f"w{i}": np.full(3, i, np.float32) for i in range(9)}
CHECK = {"w0": [0.0, 0.0, 0.0], "w3": [3.0, 3.0, 3.0]}


def test_the_vectors_of_the_first_words_are_remembered():
    check = check_words(list(VECTORS), np.array(list(VECTORS.values())))
    assert check == {f"w{i}": [float(i)] * 3 for i in range(5)}


def test_fewer_words_are_remembered_where_there_are_no_more():
    assert check_words(["w1"], np.ones((1, 3))) == {"w1": [1.0] * 3}
    assert check_words([], np.zeros((0, 3))) == {}


def test_the_same_glove_is_taken():
    check_glove("g", CHECK, VECTORS)
    check_glove("g", CHECK, {**VECTORS, "w3": VECTORS["w3"] + 1e-6})  # other digits, same vector


@pytest.mark.parametrize("other", [np.array([3.0, 3.0, 3.1]), np.array([-3.0, 3.0, 3.0])])
def test_another_vector_is_refused_with_the_word_and_the_file(other):
    line = "^--glove_path: the vector of 'w3' in glove.txt is not the one"
    with pytest.raises(InputError, match=line):
        check_glove("/some/glove.txt", CHECK, {**VECTORS, "w3": other})


def test_a_glove_without_a_remembered_word_is_refused():
    vectors = {word: vector for word, vector in VECTORS.items() if word != "w3"}
    with pytest.raises(InputError, match="--glove_path: the vector of 'w3'"):
        check_glove("glove.txt", CHECK, vectors)


@pytest.fixture
def config(fixtures_dir):
    return from_checkpoint(
        {
            "ckpt_load_dir": str(fixtures_dir / "golden_checkpoint"),
            "glove_path": str(fixtures_dir / "glove.small.50d.txt"),
        }
    )


def test_a_reader_has_the_weights_of_its_checkpoint(config, write_squad):
    _, tokenized = read_data(write_squad([("One two.", [("One?", None)])]), None)
    model = load_reader(config, tokenized).model
    stored = read_arrays(config.ckpt_load_dir)
    assert {weight.path for weight in model.trainable_variables} == set(stored)
    for weight in model.trainable_variables:
        assert_array_equal(np.asarray(weight), stored[weight.path])


def test_a_reader_holds_the_vectors_of_the_words_at_hand_as_they_are_in_glove(
    config, fixtures_dir, write_squad
):
    glove = {}
    for line in (fixtures_dir / "glove.small.50d.txt").read_text(encoding="utf-8").splitlines():
        word, *numbers = line.split(" ")
        glove[word] = np.array(numbers, np.float32)
    rare = list(glove)[-1]
    context = f"{rare} the qwxyz"
    _, tokenized = read_data(write_squad([(context, [("?", None)])]), None)
    reader = load_reader(config, tokenized)
    ids, matrix = reader.vocabulary.ids, np.asarray(reader.model.word_vectors.frozen)
    for word in (rare, "the"):
        assert_array_equal(matrix[ids[word]], glove[word])
    assert "qwxyz" not in ids
    assert len(matrix) < 20 < len(glove)


def test_another_glove_is_noticed_before_anything_is_answered(
    config, fixtures_dir, write_squad, tmp_path
):
    text = (fixtures_dir / "glove.small.50d.txt").read_text(encoding="utf-8")
    other = tmp_path / "other.txt"
    other.write_text(text.replace(" 0.", " 0.9"), encoding="utf-8")
    _, tokenized = read_data(write_squad([("One two.", [("One?", None)])]), None)
    from squad_reader.config import changed

    with pytest.raises(InputError, match="--glove_path: the vector of .* in other.txt is not the"):
        load_reader(changed(config, {"glove_path": str(other)}), tokenized)
