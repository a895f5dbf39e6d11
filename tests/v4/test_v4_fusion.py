"""The fusion reader under Python 2.7 and TensorFlow 1.4.1, in an environment like the old image.

Expected values come from the package on Python 3. The small reader's weights are the same numbers
everywhere, and none of its spans is near the edge of the rule, so all bytes are equal.
"""

import json
import subprocess
from pathlib import Path

import measure_noise
import numpy as np
import pytest
from numpy.testing import assert_allclose

from squad_reader.cli import from_checkpoint
from squad_reader.data.features import same_token, word_forms
from squad_reader.data.preprocess import preprocess
from squad_reader.data.squad_json import read_squad
from squad_reader.data.tokenizer import normalise
from squad_reader.files import SHIPPED, checkpoint_folder
from squad_reader.model import span_decoder
from squad_reader.predict.checkpoints import read_arrays, read_facts, save_checkpoint
from squad_reader.predict.official_eval import official_eval

ROOT = Path(__file__).parent.parent.parent
MARGIN = 2e-5  # in nats, as in predict/test_equal_answers.py
pytestmark = pytest.mark.slow


def eval_flags(checkpoint, data, out, glove=""):
    flags = ["--mode=official_eval", f"--ckpt_load_dir={checkpoint}", f"--json_in_path={data}"]
    return [*flags, f"--json_out_path={out}", *[f"--glove_path={glove}"] * bool(glove)]


@pytest.fixture(scope="module")
def glove(fixtures_dir):
    return fixtures_dir / "glove.small.50d.txt"


def assert_far_from_the_edge(monkeypatch, checkpoint, data, glove, tmp_path):
    """That no answer is another one where the rule's distance is a little smaller or larger."""
    flags = dict(ckpt_load_dir=checkpoint, json_in_path=data, glove_path=glove)
    flags = {name: str(path) for name, path in flags.items()}
    answers, distance = set(), span_decoder.DISTANCE
    for change in (-MARGIN, MARGIN):
        monkeypatch.setattr(span_decoder, "DISTANCE", distance + change)
        official_eval(from_checkpoint({**flags, "json_out_path": str(tmp_path / "edge.json")}))
        answers.add((tmp_path / "edge.json").read_bytes())
    assert len(answers) == 1


def assert_same_answers(runs, checkpoint, data, glove, tmp_path):
    answers = []
    for run in runs:
        done = run(*eval_flags(checkpoint, data, tmp_path / "out.json", glove))
        assert done.returncode == 0, done.stderr
        answers.append((tmp_path / "out.json").read_bytes())
    assert answers[0] == answers[1]
    return json.loads(answers[0])


@pytest.mark.parametrize("context_len", [600, 16])
def test_the_hard_questions_get_the_answers_of_the_package(
    run_v4, run_main, fusion_checkpoint, fixtures_dir, glove, tmp_path, monkeypatch, context_len
):
    checkpoint, data = fusion_checkpoint(context_len=context_len), fixtures_dir / "tiny-v1.1.json"
    assert_far_from_the_edge(monkeypatch, checkpoint, data, glove, tmp_path)
    answers = assert_same_answers((run_v4, run_main), checkpoint, data, glove, tmp_path)
    assert len(answers) == 22 and len(set(answers.values())) > 5


def test_squad_gets_the_answers_of_the_package(
    run_v4, run_main, fusion_checkpoint, real_squad, glove, tmp_path, monkeypatch
):
    checkpoint, data = fusion_checkpoint(), real_squad("tiny-dev.json")
    assert_far_from_the_edge(monkeypatch, checkpoint, data, glove, tmp_path)
    assert_same_answers((run_v4, run_main), checkpoint, data, glove, tmp_path)


@pytest.mark.parametrize("name", ["small-dev-v1.1.json", "tiny-dev.json"])
def test_the_reader_that_comes_with_the_package_answers_alike(
    run_v4, run_main, fixtures_dir, real_squad, tmp_path, monkeypatch, name
):
    data = fixtures_dir / name
    data = data if data.exists() else real_squad(name)
    assert_far_from_the_edge(monkeypatch, checkpoint_folder(SHIPPED), data, "", tmp_path)
    assert_same_answers((run_v4, run_main), SHIPPED, data, "", tmp_path)


def test_both_editions_give_the_same_log_probabilities(
    v4_python, fusion_checkpoint, fixtures_dir, glove, tmp_path
):
    data = fixtures_dir / "small-dev-v1.1.json"
    flags = eval_flags(fusion_checkpoint(context_len=40), data, "unused.json", glove)[1:]
    flags = [flag for flag in flags if not flag.startswith("--json_out_path")]
    default = measure_noise.SETTINGS[0]
    ours = measure_noise.measure(default, flags, tmp_path / "ours.npz")
    theirs = measure_noise.measure(default, flags, tmp_path / "theirs.npz", str(v4_python))
    for name in ("start", "end"):
        assert np.ptp(ours[name]) > 1.0
        assert_allclose(theirs[name], ours[name], rtol=0, atol=1e-3)


def test_an_export_needs_no_glove(
    run_v4, run_main, fusion_checkpoint, fixtures_dir, glove, tmp_path
):
    checkpoint, export = fusion_checkpoint(), tmp_path / "export"
    flags = [f"--ckpt_load_dir={checkpoint}", f"--glove_path={glove}", f"--export_dir={export}"]
    done = run_main("--mode=export", *flags)
    assert done.returncode == 0, done.stderr
    data = fixtures_dir / "tiny-v1.1.json"
    assert_same_answers((run_v4, run_main), export, data, "", tmp_path)
    with_vectors = (tmp_path / "out.json").read_bytes()
    assert_same_answers((run_v4, run_v4), checkpoint, data, glove, tmp_path)
    assert (tmp_path / "out.json").read_bytes() == with_vectors


def refused(run_v4, checkpoint, data, glove, tmp_path):
    """The one line of a call that must fail."""
    done = run_v4(*eval_flags(checkpoint, data, tmp_path / "out.json", glove))
    assert done.returncode == 2 and not (tmp_path / "out.json").exists()
    (line,) = done.stderr.splitlines()
    return line


def test_weights_of_another_version_are_refused(
    run_v4, fusion_checkpoint, fixtures_dir, glove, tmp_path
):
    checkpoint, data = fusion_checkpoint(), fixtures_dir / "tiny-v1.1.json"
    weights, facts = read_arrays(checkpoint), read_facts(checkpoint)
    fuse, words, start = (
        f"qa_model/{name}/kernel" for name in ("fuse_self", "words", "pointer/start/bilinear")
    )
    bias, other = "qa_model/self_level/forward/gru_cell/bias", "qa_model/gate/bias"
    zeros = np.zeros((77, 12), np.float32)
    cases = [
        ({**weights, fuse: zeros}, f"expected 53 rows in {fuse}, got 77"),
        ({**weights, words: zeros}, f"expected 64 rows in {words}, got 77"),
        ({**weights, start: zeros[:24]}, "expected weights that fit together, got "),
        ({**weights, other: zeros[0]}, f"expected no other weights, got {other}"),
        ({path: weights[path] for path in weights if path != bias}, f"{bias}, got none"),
    ]
    for changed, part in cases:
        save_checkpoint(checkpoint, {"weights": changed}, facts)
        line = refused(run_v4, checkpoint, data, glove, tmp_path)
        assert part in line and "another version" in line


def test_a_checkpoint_without_what_a_feature_learned_is_refused(
    run_v4, fusion_checkpoint, fixtures_dir, glove, tmp_path
):
    checkpoint, data = fusion_checkpoint(), fixtures_dir / "tiny-v1.1.json"
    config = json.loads((checkpoint / "config.json").read_text("utf-8"))
    del config["features"]["match"]
    (checkpoint / "config.json").write_text(json.dumps(config))
    line = refused(run_v4, checkpoint, data, glove, tmp_path)
    assert line.endswith("expected the state of the feature match, got none such")


IN_NUMBERS = """
from __future__ import unicode_literals
import io, json, sys
sys.path.insert(0, sys.argv[1])
from squad_reader.data.features.same_token import stem_numbers
from squad_reader.data.features.word_forms import grams_of, kinds_of, shape_of
with io.open(sys.argv[2], encoding="utf-8") as file:
    sources, words = json.load(file)
found = [list(map(kinds_of, sources)), list(map(shape_of, words)), stem_numbers(words).tolist()]
print(json.dumps(found + [[grams_of(word, 20000) for word in words]]))
"""


def assert_same_in_numbers(v4_python, sources, words, tmp_path):
    with open(tmp_path / "words.json", "w", encoding="utf-8") as file:
        json.dump([sources, words], file)
    command = [str(v4_python), "-c", IN_NUMBERS, str(ROOT / "code"), str(tmp_path / "words.json")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    kinds, shapes, stems, grams = json.loads(done.stdout)
    assert kinds == [list(word_forms.kinds_of(source)) for source in sources]
    assert shapes == [word_forms.shape_of(word) for word in words]
    assert stems == same_token.stem_numbers(words).tolist()
    assert grams == [word_forms.grams_of(word, 20000) for word in words]


def test_every_character_is_of_the_same_kinds_and_in_the_same_words(v4_python, tmp_path):
    characters = [chr(i) for i in [*range(0xD800), *range(0xE000, 0x20000)]]
    sources = [*characters, *(each + "Es" for each in characters)]
    assert_same_in_numbers(v4_python, sources, list(map(normalise, sources)), tmp_path)


@pytest.mark.parametrize("name", ["dev-v1.1.json", "train-v1.1.json"])
def test_every_word_of_squad_is_the_same_in_numbers(v4_python, real_squad, tmp_path, name):
    data = preprocess(read_squad(real_squad(name)))
    assert_same_in_numbers(v4_python, data.sources, data.words, tmp_path)
