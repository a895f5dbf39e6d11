"""What a checkpoint promises: it comes back as it was, or is refused; a kill leaves the old one."""

import json
import os

import numpy as np
import pytest
from made_up import small_baseline
from numpy.testing import assert_array_equal

from squad_reader.errors import InputError
from squad_reader.predict.checkpoints import (
    get_weights,
    read_arrays,
    read_config,
    read_facts,
    save_checkpoint,
    set_weights,
)
from squad_reader.predict.facts import Facts, Glove
from v4.checkpoint import read_config as v4_read_config

OPTIONS = {
    "model": "baseline",
    "hidden_size": 4,
    "embedding_size": 8,
    "dropout": 0.0,
    "trained_words": 2,
}


def facts(step, value=0, words=()):
    """Of a checkpoint; `value` stands in a place that has no meaning here."""
    return Facts(
        step=step,
        seed=value,
        model=OPTIONS,
        data={"context_len": 600, "question_len": 30},
        glove=Glove("g.txt", {}),
        trained_word_list=list(words),
    )


def arrays(value):
    """A checkpoint's content whose every number is `value`."""
    return {
        "weights": {"a/b": np.full((2, 3), value, np.float32), "c": np.full(4, value, np.float64)},
        "training_state": {"seed": np.full((), value, np.uint32)},
    }


def value_in(folder):
    """The number that all of a checkpoint holds; fails where its files do not fit together."""
    config = read_facts(folder)
    for stem, content in arrays(config.seed).items():
        loaded = read_arrays(folder, stem)
        assert loaded.keys() == content.keys()
        for name, array in content.items():
            assert loaded[name].dtype == array.dtype
            assert_array_equal(loaded[name], array)
    return config.seed


def test_a_checkpoint_comes_back_as_it_was(tmp_path):
    save_checkpoint(tmp_path / "new" / "folder", arrays(7), facts(3, 7, ["é"]))
    assert value_in(tmp_path / "new" / "folder") == 7
    config = read_facts(tmp_path / "new" / "folder")
    assert (config.step, config.trained_word_list) == (3, ["é"])
    assert "é" in (tmp_path / "new" / "folder" / "config.json").read_text(encoding="utf-8")


def test_a_new_checkpoint_takes_the_place_of_the_old(tmp_path):
    save_checkpoint(tmp_path, arrays(1), facts(1, 1))
    save_checkpoint(tmp_path, arrays(2), facts(2, 2))
    assert value_in(tmp_path) == 2
    assert sorted(os.listdir(tmp_path)) == ["config.json", "training_state-2.npz", "weights-2.npz"]


def test_facts_of_a_checkpoint_never_come_with_the_weights_of_a_later_one(tmp_path):
    save_checkpoint(tmp_path, arrays(1), facts(1))
    earlier = read_facts(tmp_path)
    save_checkpoint(tmp_path, arrays(2), facts(2))
    with pytest.raises(InputError, match="weights, but there is no such file"):
        read_arrays(tmp_path, facts=earlier)


def test_a_word_that_is_half_of_a_surrogate_pair_comes_back(tmp_path):
    save_checkpoint(tmp_path, arrays(1), facts(1, 1, ["\ud83d", "\U0001f600"]))
    assert read_facts(tmp_path).trained_word_list == ["\ud83d", "\U0001f600"]


class Killed(BaseException):
    """Stands for a kill: no `except Exception` catches it."""


def kill_at(monkeypatch, name, number):
    """Make the `number`-th call of os.replace, os.unlink, ... raise; later ones raise too."""
    real, calls = getattr(os, name), [0]

    def wrapped(*args, **kwargs):
        calls[0] += 1
        if calls[0] >= number:
            raise Killed
        return real(*args, **kwargs)

    monkeypatch.setattr(os, name, wrapped)


@pytest.mark.parametrize("same_step", [False, True])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_kill_at_any_rename_leaves_a_checkpoint_that_loads(
    tmp_path, monkeypatch, number, when, same_step
):
    """Of three renames the last one, that of config.json, makes the new checkpoint count."""
    save_checkpoint(tmp_path, arrays(1), facts(1, 1))
    real, calls = os.replace, [0]

    def replace(*args):
        calls[0] += 1
        if calls[0] == number and when == "before":
            raise Killed
        real(*args)
        if calls[0] == number:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replace)
        patch.setattr(os, "unlink", lambda path: None)  # a killed process tidies nothing up
        with pytest.raises(Killed):
            save_checkpoint(tmp_path, arrays(2), facts(1 if same_step else 2, 2))
    assert value_in(tmp_path) == (2 if (number, when) == (3, "after") else 1)
    save_checkpoint(tmp_path, arrays(3), facts(3, 3))  # the next one tidies up
    assert value_in(tmp_path) == 3
    assert sorted(os.listdir(tmp_path)) == ["config.json", "training_state-3.npz", "weights-3.npz"]


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("same_step", [False, True])
def test_a_kill_in_the_middle_of_a_write_leaves_a_checkpoint_that_loads(
    tmp_path, monkeypatch, number, same_step
):
    save_checkpoint(tmp_path, arrays(1), facts(1, 1))
    real, calls = np.savez, [0]

    def savez(file, **content):
        calls[0] += 1
        if calls[0] == number:
            file.write(b"half of a fi")
            raise Killed
        real(file, **content)

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", savez)
        with pytest.raises(Killed):
            save_checkpoint(tmp_path, arrays(2), facts(1 if same_step else 2, 2))
    assert value_in(tmp_path) == 1
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".writing")]


def test_a_kill_before_the_first_checkpoint_is_whole_leaves_none(tmp_path, monkeypatch):
    kill_at(monkeypatch, "replace", 3)
    with pytest.raises(Killed):
        save_checkpoint(tmp_path, arrays(1), facts(1, 1))
    with pytest.raises(InputError, match="expected a checkpoint folder with config.json"):
        read_config(tmp_path)


# --- damage -----------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    """A whole checkpoint."""
    save_checkpoint(tmp_path, arrays(1), facts(1, 1))
    return tmp_path


@pytest.mark.parametrize("damage", ["a flipped bit", "a cut", "nothing left", "more at its end"])
def test_damaged_weights_are_refused_with_the_file(folder, damage):
    path = folder / "weights-1.npz"
    content = bytearray(path.read_bytes())
    if damage == "a flipped bit":
        content[len(content) // 2] ^= 1
    content = {"a cut": content[:-1], "nothing left": b"", "more at its end": content + b"x"}.get(
        damage, content
    )
    path.write_bytes(content)
    with pytest.raises(InputError, match=rf"^{path}: damaged, its sha256"):
        read_arrays(folder)


def test_missing_weights_are_refused_with_the_file(folder):
    (folder / "weights-1.npz").unlink()
    with pytest.raises(InputError, match=rf"^{folder}/weights-1.npz: expected the .* weights"):
        read_arrays(folder)


def test_a_checkpoint_without_training_state_says_so(tmp_path):
    save_checkpoint(tmp_path, {"weights": {}}, facts(1))
    with pytest.raises(InputError, match="this checkpoint has no training_state"):
        read_arrays(tmp_path, "training_state")


@pytest.mark.parametrize("name", ["format_version", "tokenizer_version"])
@pytest.mark.parametrize("value", [0, 99, "1", None])
def test_another_version_is_refused_with_both(folder, name, value):
    path = folder / "config.json"
    config = json.loads(path.read_text())
    right = {"format_version": "1", "tokenizer_version": "1 or 2"}[name]
    path.write_text(json.dumps({**config, name: value}))
    with pytest.raises(InputError, match=rf"^{path}: expected {name} {right}, got {value}$"):
        read_config(folder)


@pytest.mark.parametrize("content", [b"{", b"", b"\xff\xfe", b"[]", b"1"])
def test_a_broken_config_is_refused_with_the_file(folder, content):
    (folder / "config.json").write_bytes(content)
    with pytest.raises(InputError, match=rf"^{folder}/config.json: expected ") as error:
        read_config(folder)
    assert "\n" not in str(error.value)


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(InputError, match=rf"--ckpt_load_dir.* {tmp_path}/no/config.json: No such"):
        read_config(tmp_path / "no")


def test_a_checkpoint_of_the_first_tokenizer_is_read(folder):
    path = folder / "config.json"
    config = json.loads(path.read_text())
    assert config["tokenizer_version"] == 2
    path.write_text(json.dumps({**config, "tokenizer_version": 1}))
    assert read_config(folder) == v4_read_config(str(folder)) == {**config, "tokenizer_version": 1}


# --- of a model -------------------------------------------------------------------------------

TRAINED = "qa_model/word_vectors/trained"


def make(seed, **options):
    return small_baseline(seed=seed, **options)[0]


@pytest.fixture(scope="module")
def model():
    return make(1)


def test_weights_go_into_another_model_of_the_same_process(model, tmp_path):
    save_checkpoint(tmp_path, {"weights": get_weights(model)}, facts(1))
    other = make(2)
    different = [
        not np.array_equal(a, b)
        for a, b in zip(model.trainable_variables, other.trainable_variables, strict=True)
    ]
    assert any(different)
    set_weights(other, read_arrays(tmp_path), "file")
    for a, b in zip(model.trainable_variables, other.trainable_variables, strict=True):
        assert_array_equal(np.asarray(a), np.asarray(b))


def test_the_weights_are_small_and_without_a_vector_of_glove(model, tmp_path):
    save_checkpoint(tmp_path, {"weights": get_weights(model)}, facts(1))
    loaded = read_arrays(tmp_path)
    assert loaded.keys() == {weight.path for weight in model.trainable_variables}
    assert loaded[TRAINED].shape == (3, 8)  # UNK and the two trained words, 8 numbers each
    numbers = sum(array.size for array in loaded.values())
    assert (tmp_path / "weights-1.npz").stat().st_size < 4 * numbers + 400 * len(loaded) < 20_000


def test_weights_of_another_shape_are_refused_with_name_and_both_shapes(model):
    line = r"^file: expected qa_model/blend/kernel of shape \(20, 5\), got \(16, 4\)$"
    weights = get_weights(make(1, hidden_size=5))
    weights["qa_model/blend/kernel"] = get_weights(model)["qa_model/blend/kernel"]
    with pytest.raises(InputError, match=line):
        set_weights(make(1, hidden_size=5), weights, "file")


def test_a_weight_that_is_missing_is_named(model):
    weights = get_weights(model)
    del weights[TRAINED]
    with pytest.raises(InputError, match=rf"^file: expected {TRAINED} .*, got None$"):
        set_weights(model, weights, "file")
