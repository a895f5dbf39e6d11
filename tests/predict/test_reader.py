"""`Reader`, the Python API: it needs no data set, and answers as `official_eval` does."""

import dataclasses
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from made_up import Vectors
from numpy.testing import assert_allclose, assert_array_equal

import squad_reader
from squad_reader.cli import main
from squad_reader.config import make_config
from squad_reader.data import glove
from squad_reader.data.squad_json import read_squad
from squad_reader.errors import InputError
from squad_reader.model.models import make_model
from squad_reader.predict.checkpoints import read_arrays, read_facts
from squad_reader.predict.glove_check import check_glove, check_words
from squad_reader.predict.members import Member
from squad_reader.predict.reader import Reader, Reading

CODE = Path(squad_reader.__file__).parents[1]


VECTORS = {f"w{i}": np.full(3, i, np.float32) for i in range(9)}
CHECK = {"w0": [0.0, 0.0, 0.0], "w3": [3.0, 3.0, 3.0]}


# --- the check of GloVe ---------------------------------------------------------------------------


def test_the_vectors_of_the_first_words_that_have_one_are_remembered():
    words = ["none", *VECTORS]
    assert check_words(Vectors(VECTORS, 3), words) == {f"w{i}": [float(i)] * 3 for i in range(5)}
    rare = [*(str(i) for i in range(250)), "w7", "w1"]
    assert check_words(Vectors(VECTORS, 3), rare) == {"w7": [7.0] * 3, "w1": [1.0] * 3}
    assert check_words(Vectors(VECTORS, 3), []) == {}


def test_the_same_glove_is_taken():
    check_glove(Vectors(VECTORS, 3), CHECK)
    close = {**VECTORS, "w3": VECTORS["w3"] + 1e-6}  # other digits, same vector
    check_glove(Vectors(close, 3), CHECK)


@pytest.mark.parametrize("other", [np.array([3.0, 3.0, 3.1]), np.array([-3.0, 3.0, 3.0])])
def test_another_vector_is_refused_with_the_word_and_the_file(other):
    line = "^--glove_path: the vector of 'w3' in glove.txt is not the one"
    with pytest.raises(InputError, match=line):
        check_glove(Vectors({**VECTORS, "w3": other}, 3), CHECK)


def test_a_glove_without_a_remembered_word_is_refused():
    vectors = {word: vector for word, vector in VECTORS.items() if word != "w3"}
    with pytest.raises(InputError, match="--glove_path: the vector of 'w3'"):
        check_glove(Vectors(vectors, 3), CHECK)


# --- a reader of a checkpoint ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def paths(fixtures_dir):
    return fixtures_dir / "golden_checkpoint", fixtures_dir / "glove.small.50d.txt"


@pytest.fixture(scope="module")
def reader(paths):
    return Reader.load(*paths)


@pytest.fixture(scope="module")
def questions(fixtures_dir):
    """Question id -> (context, question), of the hard questions."""
    data = read_squad(fixtures_dir / "tiny-v1.1.json")
    return {ex.id: (data.contexts[ex.context_index], ex.question) for ex in data.examples}


@pytest.fixture(scope="module")
def golden(fixtures_dir):
    return json.loads((fixtures_dir / "golden_predictions.json").read_text(encoding="utf-8"))


def test_the_package_offers_it_by_name(paths):
    assert squad_reader.Reader is Reader
    with pytest.raises(AttributeError, match="module 'squad_reader' has no attribute 'Writer'"):
        squad_reader.Writer  # noqa: B018


def test_it_has_the_weights_of_its_checkpoint(reader, paths):
    model, stored = reader.members[0].scorer, read_arrays(paths[0])
    assert {weight.path for weight in model.trainable_variables} == set(stored)
    for weight in model.trainable_variables:
        assert_array_equal(np.asarray(weight), stored[weight.path])


def test_it_answers_one_question_after_the_other_as_official_eval_does(reader, questions, golden):
    answers = {name: reader.answer(*pair)[0].text for name, pair in questions.items()}
    assert answers == golden


def test_it_answers_many_at_once_with_the_same_result(reader, questions, golden):
    pairs = list(questions.values())
    many = reader.answer_many(iter(pairs), n_best=3)
    assert {name: found[0].text for name, found in zip(questions, many, strict=True)} == golden
    for (context, question), found in zip(pairs, many, strict=True):
        alone = reader.answer(context, question, n_best=3)
        assert [one[:3] for one in alone] == [one[:3] for one in found]
        assert_allclose([one[3] for one in alone], [one[3] for one in found], rtol=1e-4)
        for one in found:
            assert one.text == context[one.char_start : one.char_end]
            assert 0 <= one.probability <= 1


@pytest.mark.parametrize("context", ["", " \n"])
def test_a_context_without_a_token_has_the_empty_answer(reader, context):
    for n_best in (1, 4):
        assert reader.answer(context, "Who?", n_best) == [("", 0, 0, 0.0)]


def test_an_empty_question_is_answered_and_no_question_is_not(reader):
    assert reader.answer("Zorn met Alma.", "")[0].text
    assert reader.answer_many([]) == []
    with pytest.raises(InputError, match="^n_best must be at least 1, got 0$"):
        reader.answer("Zorn met Alma.", "Who?", 0)


def test_a_long_text_is_read_in_windows(paths, questions):
    reader = Reader.load(*paths, context_len=20)
    context = " ".join(dict.fromkeys(context for context, _ in questions.values()))
    answers = reader.answer(context, "Who met Alma?", n_best=5)
    assert len({answer[1:3] for answer in answers}) == 5
    assert all(answer.text == context[answer[1] : answer[2]] for answer in answers)


def test_words_are_looked_up_as_they_come_and_the_file_is_indexed_once(paths, monkeypatch):
    indexed = []
    real = glove.LineIndex.of
    monkeypatch.setattr(glove.LineIndex, "of", lambda file: indexed.append(1) or real(file))
    reader = Reader.load(*paths)
    words = reader.members[0].features[0]
    counts = [words.num_words()]
    for text in ("The king met the queen.", "The king met the queen.", "It was in London, 1989."):
        reader.answer(text, "Who?")
        counts.append(words.num_words())
    assert indexed == [1] and counts[0] == 0 < counts[1] == counts[2] < counts[3] < 20


def test_it_holds_the_vectors_as_they_are_in_glove(reader, paths):
    lines = paths[1].read_text(encoding="utf-8").splitlines()
    rare, *numbers = lines[-1].split(" ")
    words = reader.members[0].features[0]
    ids = words.ids_of([rare, "qwxyz"])
    assert_array_equal(words.inputs(ids)["word_vectors"][0], np.array(numbers, np.float32))
    assert reader.has_vector([rare, "qwxyz"]).tolist() == [True, False]


def test_an_option_that_is_not_allowed_is_refused(paths):
    with pytest.raises(InputError, match="^--batch_size must be at least 1, got 0$"):
        Reader.load(*paths, batch_size=0)
    with pytest.raises(InputError, match="^--colour: --model=baseline has no such option"):
        Reader.load(*paths, colour=1)


def test_features_of_another_model_are_refused(paths, tmp_path):
    shutil.copytree(paths[0], tmp_path / "copy")
    path = tmp_path / "copy" / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**config, "features": {"letters": {}}}), encoding="utf-8")
    with pytest.raises(InputError, match="expected the features of baseline, got 'letters'"):
        Reader.load(path.parent, paths[1])


def test_another_glove_is_noticed_before_anything_is_answered(paths, tmp_path):
    other = tmp_path / "other.txt"
    text = paths[1].read_text(encoding="utf-8")
    other.write_text(text.replace(" 0.", " 0.9"), encoding="utf-8")
    with pytest.raises(InputError, match="--glove_path: the vector of .* in other.txt is not the"):
        Reader.load(paths[0], other)


def test_without_glove_a_checkpoint_must_have_its_vectors(paths, tmp_path, questions, golden):
    with pytest.raises(InputError, match="this checkpoint has no words"):
        Reader.load(paths[0])
    flags = [f"--ckpt_load_dir={paths[0]}", f"--glove_path={paths[1]}"]
    assert main(["--mode=export", *flags, f"--export_dir={tmp_path / 'whole'}"]) == 0
    reader = Reader.load(tmp_path / "whole")
    found = reader.answer_many(questions.values())
    assert [answers[0].text for answers in found] == list(golden.values())


# --- several readers ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def others(small_experiment, fixtures_dir):
    """Three readers of one small run, whose weights are not the same."""
    glove_path = fixtures_dir / "glove.small.50d.txt"
    folders = [small_experiment / "best_checkpoint", *(small_experiment / "checkpoints").iterdir()]
    three = [Reader.load(folder, glove_path) for folder in folders[:2]]
    (member,) = three[0].members
    model = make_model(make_config({**read_facts(folders[0]).model, "seed": 9}), member.features)
    return [*three, Reader([Member(model, member.features, "new")])]


def test_several_readers_are_one_in_whatever_order_they_are_given(others, questions):
    three, reader = others, others[0]
    pairs = list(questions.values())
    first = Reader.ensemble(three).answer_many(pairs, n_best=2)
    assert Reader.ensemble(three[::-1]).answer_many(pairs, n_best=2) == first
    assert len(Reader.ensemble(three).members) == 3
    alone = reader.answer_many(pairs, n_best=2)
    assert first != alone
    assert Reader.ensemble([reader]).answer_many(pairs, n_best=2) == alone


def test_readers_that_read_in_other_windows_are_refused(others):
    other = Reader(others[0].members, Reading(context_len=300))
    with pytest.raises(InputError, match="expected readers that read alike, got .*600.*300"):
        Reader.ensemble([others[0], other])


def test_readers_of_other_tokenizers_are_refused_and_so_is_none(others):
    old = dataclasses.replace(others[0].members[0], tokenizer_version=1)
    line = "expected readers with one version of the tokenizer, got "
    with pytest.raises(InputError, match=f"{line}1 and 2"):
        Reader.ensemble([others[0], Reader([old])])
    with pytest.raises(InputError, match=f"{line}no reader"):
        Reader.ensemble([])


# --- where there is no Keras ----------------------------------------------------------------------

PROGRAM = """
import sys
for name in ("keras", "tensorflow", "jax", "tqdm", "rich", "nltk", "tensorboard"):
    sys.modules[name] = None  # an import of it fails
sys.path.insert(0, {code!r})
import numpy as np
from squad_reader import Reader
from squad_reader.data.glove import GloveFile
from squad_reader.data.features.word_ids import WordIds
from squad_reader.model.scorer import Scorer
from squad_reader.predict.members import Member

class First(Scorer):
    def get_log_probs(self, batch):
        assert batch.inputs["word_vectors"].any()
        log_probs = np.where(batch.context_mask, -np.arange(batch.context_mask.shape[1]), -np.inf)
        return log_probs, log_probs

words = WordIds()
words.bind(GloveFile({glove!r}))
reader = Reader([Member(First(), (words,))])
print(reader.answer("Zorn  met the king.", "Who?")[0])
print(sorted(name for name in sys.modules if name in ("keras", "tensorflow") and sys.modules[name]))
"""


def test_reading_features_and_decoding_need_numpy_only(paths):
    program = PROGRAM.format(code=str(CODE), glove=str(paths[1]))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answer, loaded = done.stdout.splitlines()
    assert answer == "Answer(text='Zorn', char_start=0, char_end=4, probability=1.0)"
    assert loaded == "[]"
