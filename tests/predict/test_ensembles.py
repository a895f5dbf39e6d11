"""Several checkpoints that answer together: of different models, and of different vectors."""

import pytest
from small_reader import fitted_features, save_reader, small_sizes

from squad_reader.cli import main
from squad_reader.config import make_config
from squad_reader.data.preprocess import preprocess
from squad_reader.data.squad_json import read_squad
from squad_reader.model.models import make_model

SIZE = 20  # numbers of a vector in the other GloVe file


@pytest.fixture(scope="module")
def train(fixtures_dir):
    return preprocess(read_squad(fixtures_dir / "small-train-v1.1.json"))


@pytest.fixture(scope="module")
def glove(fixtures_dir):
    return fixtures_dir / "glove.small.50d.txt"


@pytest.fixture(scope="module")
def small(train, tmp_path_factory):
    """Gives a function that saves a small reader with random weights, and gives its folder."""

    def small(model, glove, size=50):
        sizes = small_sizes(model) | {"embedding_size": size}
        config = make_config({"model": model, **sizes})
        features = fitted_features(config, train, glove)
        folder = tmp_path_factory.mktemp(model)
        return str(save_reader(folder, make_model(config, features), features, config))

    return small


@pytest.fixture(scope="module")
def baseline(small, glove):
    return small("baseline", glove)


@pytest.fixture(scope="module")
def exported(small, glove, tmp_path_factory):
    """A reader with vectors of its own, of another size than those of the small GloVe file."""
    folder = tmp_path_factory.mktemp("exported")
    short = folder / "short.txt"
    lines = glove.read_text("utf-8").splitlines()
    short.write_text("".join(" ".join(line.split(" ")[: 1 + SIZE]) + "\n" for line in lines))
    checkpoint = small("baseline", short, SIZE)
    flags = [f"--ckpt_load_dir={checkpoint}", f"--glove_path={short}"]
    assert main(["--mode=export", *flags, f"--export_dir={folder / 'whole'}"]) == 0
    return str(folder / "whole")


@pytest.fixture
def answers(glove, fixtures_dir, tmp_path):
    """Gives a function: folders -> the bytes of both files that `official_eval` writes."""

    def answers(*folders):
        paths = [tmp_path / "predictions.json", tmp_path / "nbest.json"]
        flags = [f"--ckpt_load_dir={','.join(folders)}", f"--glove_path={glove}"]
        flags += [f"--json_out_path={paths[0]}", f"--nbest_out_path={paths[1]}"]
        data = fixtures_dir / "tiny-v1.1.json"
        assert main(["--mode=official_eval", f"--json_in_path={data}", *flags]) == 0
        return [path.read_bytes() for path in paths]

    return answers


def test_readers_of_different_models_answer_the_same_in_whatever_order(
    small, baseline, glove, answers
):
    folders = [baseline, small("fusion", glove), small("drqa", glove)]
    first = answers(*folders)
    assert answers(folders[2], folders[0], folders[1]) == first
    assert answers(*folders[:2]) != first


def test_one_with_vectors_of_its_own_needs_no_glove_file_of_their_size(baseline, exported, answers):
    assert answers(exported, baseline) == answers(baseline, exported)
