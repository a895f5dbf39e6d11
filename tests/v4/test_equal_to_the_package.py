"""What the edition for Python 2.7 shares with the package: the same flags, data and batches.

These run under Python 3, without TensorFlow; `test_v4.py` runs the edition where it belongs.
"""

import json
import os
import random
import re
import shutil
import stat
import subprocess
from pathlib import Path

import numpy as np
import pytest
from made_up import small_baseline
from numpy.testing import assert_array_equal

from squad_reader import registry
from squad_reader.config import Config, names_in
from squad_reader.data import batch_order, batches, rows
from squad_reader.data.encoded import Encoded
from squad_reader.data.features.word_ids import WordIds
from squad_reader.data.glove import GloveFile
from squad_reader.data.preprocess import preprocess
from squad_reader.data.squad_json import read_squad
from squad_reader.errors import InputError
from squad_reader.files import sha256_of
from squad_reader.model.baseline.options import BaselineOptions
from squad_reader.options import options_of
from squad_reader.predict.checkpoints import get_weights, read_arrays, read_config
from squad_reader.train import progress, record
from v4 import batches as v4_batches
from v4 import checkpoint, flags
from v4 import experiment as v4_experiment
from v4 import main as v4_main
from v4.squad import Data
from v4.training_data import TrainingData
from v4.vectors import Vocabulary
from v4.vectors import read_glove as v4_read_glove

ROOT = Path(__file__).parent.parent.parent


ROW = "%d,1,0.5,9.1,1,1,0.001,200,,,,,,,\r\n"
HEADER = ",".join(progress.COLUMNS) + "\r\n"
NOT_IN_V4 = {"schedule", "warmup_steps", "ema", "batch_by", "teacher", "teacher_share"}


def test_flags_have_the_names_groups_and_defaults_of_the_package():
    ours = {item.name: item for kind in (Config, BaselineOptions) for item in options_of(kind)}
    choices_of = {name: item.metadata.get("choices") for name, item in ours.items()}
    choices_of["model"] = registry.names()
    for group, name, default, _ in flags.FLAGS:
        assert ours[name].metadata["group"] == group and ours[name].default == default, name
        if isinstance(default, int | float):
            low = ours[name].metadata.get("low")
            assert flags.LOWEST.get(name) == (None if low == 1 else low), name
        choices = choices_of[name] or ()
        assert set(flags.CHOICES.get(name, ())) <= set(choices), name
        if name not in ("mode", "model"):  # of these this edition has some alone
            assert set(flags.CHOICES.get(name, ())) == set(choices), name
    missing = set(ours) - {name for _, name, _, _ in flags.FLAGS}
    paths = {"nbest_out_path", "export_dir", "cache_dir", "format", "out"}
    of_ask = {"question", "context", "text", "json", *names_in("serve", "report")}
    assert missing == {*NOT_IN_V4, *paths, *of_ask, "num_examples", "num_best"}


def test_widths_limits_and_columns_are_those_of_the_package():
    assert v4_batches.CONTEXT_WIDTHS == batches.FEW_WIDTHS.contexts
    assert v4_batches.QUESTION_WIDTHS == batches.FEW_WIDTHS.questions
    assert v4_batches.MAX_BATCH_TOKENS == batch_order.MAX_BATCH_TOKENS
    fixed = {*record.fixed_options(Config()), "learning_rate"}  # the rate is fixed in v4 alone
    assert set(v4_experiment.FIXED) == fixed - NOT_IN_V4
    v4_progress = pytest.importorskip("v4.progress")
    both = [name for name in progress.COLUMNS if name in v4_progress.COLUMNS]
    assert list(v4_progress.COLUMNS) == both  # the package may have more


def assert_same_data(path):
    theirs, ours = preprocess(read_squad(path)), Data(str(path))
    assert ours.words == theirs.words and ours.sources == theirs.sources
    pairs = {
        "source_words": "source_words",
        "context_sources": "context_tokens",
        "question_sources": "question_tokens",
        "context_words": "context_words",
        "question_words": "question_words",
        "context_offsets": "context_offsets",
        "question_offsets": "question_offsets",
        "char_starts": "context_char_starts",
        "char_ends": "context_char_ends",
        "context_of": "example_contexts",
        "start_pos": "start_pos",
        "end_pos": "end_pos",
    }
    for name, theirs_name in pairs.items():
        assert_array_equal(getattr(ours, name), getattr(theirs, theirs_name), name)


@pytest.mark.parametrize("name", ["tiny-v1.1.json", "small-train-v1.1.json"])
def test_a_file_is_read_as_by_the_package(fixtures_dir, name):
    assert_same_data(fixtures_dir / name)


ODD_GOLDS = {
    "no place": [{"text": "dog"}],
    "a wrong place, then a right one": [
        {"text": "dog", "answer_start": 3},
        {"text": "cat", "answer_start": 4},
    ],
    "columns": {"text": ["dog", "c\xadat"], "answer_start": [None, 16]},
    "unknown": None,
    "unanswerable": [],
}


def test_files_of_other_tools_are_read_as_by_the_package(tmp_path, capsys):
    rows = [
        {"id": i, "context": "The cat and the c\xadat.", "question": "A c\xadat?", "answers": golds}
        for i, golds in enumerate(ODD_GOLDS.values())
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert_same_data(path)
    told = capsys.readouterr().err.splitlines()
    ours = Data(str(path))
    assert told == read_squad(path).problems and len(told) == 3
    assert ours.ids == ["0", "1", "2", "3", "4"] and len(ours.contexts) == 1
    assert ours.start_pos.tolist() == [-1, 1, 4, -1, -1]  # The cat and the c\xadat .
    assert ours.words[0] == "cat"  # 2 in the context, 5 in the questions


@pytest.mark.parametrize(
    "name", ["dev-v1.1.json", pytest.param("train-v1.1.json", marks=pytest.mark.slow)]
)
def test_squad_is_read_as_by_the_package(real_squad, name):
    assert_same_data(real_squad(name))


@pytest.mark.parametrize(
    "content, part",
    [
        ("null", "expected an object"),
        ('{"data": [{"title": "T", "paragraphs": [{"qas": []}]}]}', 'expected a key "context"'),
        ('{"data": [{"title": 1}]}', 'expected a key "paragraphs"'),
        ("{", "expected JSON"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(tmp_path, content, part):
    (tmp_path / "broken.json").write_text(content)
    with pytest.raises(InputError, match=part) as caught:
        Data(str(tmp_path / "broken.json"))
    assert "broken.json" in str(caught.value) and "\n" not in str(caught.value)


@pytest.fixture(scope="module")
def both(fixtures_dir):
    """The hard text in both forms, with vectors: theirs, ours."""
    path, glove = fixtures_dir / "tiny-v1.1.json", fixtures_dir / "glove.small.50d.txt"
    theirs, ours = preprocess(read_squad(path)), Data(str(path))
    word_ids = WordIds()
    word_ids.bind(GloveFile(glove))
    word_ids.set_state({"trained": ["zzz"]})
    ours_found = v4_read_glove(str(glove), ours.words, 50)
    return (
        (theirs, word_ids),
        (ours, Vocabulary(ours.words, ours_found, ["zzz"], 50)),
    )


def test_words_have_the_same_ids_and_vectors(both):
    (_, theirs), (data, ours) = both
    ids = ours.encode(data.words)
    assert_array_equal(ids, theirs.ids_of(data.words))
    assert ours.ids["zzz"] == 2 and theirs.ids_of(["zzz"]).tolist() == [2]
    assert_array_equal(ours.matrix[ids], theirs.inputs(ids)["word_vectors"])


@pytest.mark.parametrize("context_len", [1, 2, 5, 16, 600])
@pytest.mark.parametrize("training", [True, False])
def test_windows_are_those_of_the_package(both, context_len, training):
    (data, _), (ours_data, ours_vocabulary) = both
    make = rows.training_rows if training else rows.prediction_rows
    theirs = make(data, context_len, 7)
    ours = v4_batches.Rows(ours_data, ours_vocabulary, context_len, 7, training)
    assert_array_equal(ours.examples, theirs.examples)
    assert_array_equal(ours.starts, theirs.window_starts)
    assert_array_equal(ours.lengths, theirs.lengths)
    too_long = rows.num_too_long(data, context_len)
    assert v4_batches.num_too_long(ours_data, context_len) == too_long


@pytest.mark.parametrize("share", [True, False])
@pytest.mark.parametrize("context_len", [12, 600])
def test_a_batch_holds_what_the_package_puts_in_it(both, share, context_len):
    (data, word_ids), (ours_data, ours_vocabulary) = both
    theirs = rows.prediction_rows(data, context_len, 7)
    ours = v4_batches.Rows(ours_data, ours_vocabulary, context_len, 7, training=False)
    numbers = np.array(random.Random(0).sample(range(len(ours)), 12))
    expected = batches.make_batch(theirs, Encoded(data, [word_ids]), numbers)
    batch, inputs = ours.batch(numbers, share), expected.inputs
    ids = inputs["word_ids"]
    assert_array_equal(batch.context_ids.T[batch.windows], ids[inputs["context_words"]])
    assert_array_equal(batch.question_ids.T, ids[inputs["question_words"]])
    assert_array_equal(batch.question_lengths, inputs["question_mask"].sum(axis=1))
    assert_array_equal(batch.context_lengths[batch.windows], inputs["context_mask"].sum(axis=1))
    assert_array_equal(batch.start_pos, expected.start_pos)
    assert_array_equal(batch.end_pos, expected.end_pos)
    shared = share and context_len == 600  # where two of the questions are on one window
    assert (len(batch.context_lengths) < len(numbers)) == shared


def test_batches_hold_each_row_once_and_depend_on_seed_and_epoch_alone(both):
    _, (data, vocabulary) = both
    rows = v4_batches.Rows(data, vocabulary, 600, 30, training=True)

    def order(seed, epoch):
        cut = v4_batches.shuffled_batches(rows, 4, seed, epoch)
        return np.concatenate(cut).tolist()

    assert sorted(order(1, 1)) == list(range(len(rows)))
    assert order(1, 1) == order(1, 1)
    assert len({tuple(order(*both)) for both in [(1, 1), (1, 2), (2, 1)]}) == 3
    assert sorted(np.concatenate(v4_batches.sorted_batches(rows, 4)).tolist()) == sorted(
        order(1, 1)
    )


@pytest.mark.parametrize(
    "text, size, part",
    [
        ("the 1 2 3\n", 2, "--embedding_size is 2, .* have 3 numbers"),
        ("the 1 2 3\na 1 nan 3\n", 3, "line 2"),
        ("the 1 2 3\na 1 x 3\n", 3, "line 2"),
        ("the 1 2 3\na 1 2\nthe 1 2 3\n", 3, "line 2"),
    ],
)
def test_broken_vectors_are_refused_by_line(tmp_path, text, size, part):
    (tmp_path / "g.txt").write_text(text)
    with pytest.raises(InputError, match=part):
        v4_read_glove(str(tmp_path / "g.txt"), ["a"], size)


@pytest.fixture
def training_data(small_data):
    """Gives a function: options -> the data of a run on the small data set."""

    def make(**more):
        given = {**small_data, "trained_words": 2, "batch_size": 20, **more}
        return TrainingData(flags.completed(given, {}, "root"))

    return make


def with_other_word(path, word, folder):
    """A copy under the same name, with other letters for a word: as many questions and tokens."""
    folder.mkdir()
    text = re.sub(rf"\b{word}\b", word[::-1], path.read_text("utf-8"), flags=re.IGNORECASE)
    (folder / path.name).write_text(text, "utf-8")
    return str(folder / path.name)


def without_first_number(path, folder):
    """GloVe under the same name, with other vectors."""
    folder.mkdir()
    lines = (line.split(" ") for line in path.read_text("utf-8").splitlines())
    text = "".join(" ".join([word, "9", *rest]) + "\n" for word, _, *rest in lines)
    (folder / path.name).write_text(text, "utf-8")
    return str(folder / path.name)


def test_a_run_goes_on_with_the_same_data_alone(training_data, fixtures_dir, tmp_path):
    before = training_data()
    config = json.loads(json.dumps(before.facts()))
    assert len(config["trained_word_list"]) == 2 and config["trained_on"]["questions"] > 0
    before.check_same(config, "folder")
    before.check_same({name: config[name] for name in ("glove", "trained_word_list")}, "folder")
    tiny, train = (str(fixtures_dir / f"{name}-v1.1.json") for name in ("tiny", "small-train"))
    other = with_other_word(Path(train), before.trained[1], tmp_path / "other")
    glove = without_first_number(fixtures_dir / "glove.small.50d.txt", tmp_path / "glove")
    for flag, options in (
        ("--train_path", {"train_path": tiny}),
        ("--dev_path", {"dev_path": tiny}),
        ("--train_path or --glove_path", {"train_path": other}),
        ("--glove_path", {"glove_path": glove}),
    ):
        with pytest.raises(InputError, match=f"^{flag}: the ") as caught:
            training_data(**options).check_same(config, "folder")
        assert "\n" not in str(caught.value)


@pytest.fixture
def begin(tmp_path):
    """Gives a function: options -> the experiment of a command in `tmp_path`."""

    def begin(**options):
        given = {"train_dir": str(tmp_path), **options}
        return v4_experiment.Experiment(flags.completed(given, {}, "root"))

    return begin


def write_best(folder, fixtures_dir, edition):
    (folder / "best_checkpoint").mkdir()
    config = checkpoint.read_config(str(fixtures_dir / "golden_checkpoint"))
    text = json.dumps({**config, "edition": edition})
    (folder / "best_checkpoint" / "config.json").write_text(text)


@pytest.mark.parametrize("result", ["best", "table"])
def test_results_of_another_run_are_refused_although_it_has_no_checkpoint(
    begin, fixtures_dir, tmp_path, result
):
    begin(seed=3).write_flags()
    begin(seed=4)  # so far there is no result
    if result == "best":
        write_best(tmp_path, fixtures_dir, "v4")
    else:
        (tmp_path / "metrics.csv").write_text(HEADER + ROW % 1)
    begin(seed=3)
    with pytest.raises(InputError, match="--seed: the experiment was begun with 3, got 4"):
        begin(seed=4)
    for text, part in (
        ("{", "flags.json: expected JSON"),
        ("[]", "flags.json: expected the flags"),
    ):
        (tmp_path / "flags.json").write_text(text)
        with pytest.raises(InputError, match=part):
            begin(seed=3)
    (tmp_path / "flags.json").unlink()
    with pytest.raises(InputError, match="holds results, but no flags.json that says of which"):
        begin(seed=3)


def test_the_best_of_the_package_is_not_replaced(begin, fixtures_dir, tmp_path):
    begin().write_flags()
    write_best(tmp_path, fixtures_dir, "")
    with pytest.raises(InputError, match="was begun by the edition for Python 3; go on there"):
        begin()


def test_each_edition_reads_the_other_ones_checkpoints(tmp_path, fixtures_dir):
    golden = fixtures_dir / "golden_checkpoint"
    config = checkpoint.read_config(str(golden))
    assert config == read_config(golden)
    weights = checkpoint.read_arrays(str(golden), config, "weights")
    facts = {name: value for name, value in config.items() if name != "files"}
    for _ in range(2):  # the second replaces the first
        checkpoint.save(str(tmp_path / "ckpt"), {"weights": weights}, facts)
    assert len(list((tmp_path / "ckpt").iterdir())) == 2
    for name, array in read_arrays(tmp_path / "ckpt").items():
        assert_array_equal(array, weights[name])


@pytest.mark.parametrize("content", ["objects", "text"])
def test_a_file_that_holds_no_numbers_is_one_line(tmp_path, content):
    for name in ("a.npz", "b.npy"):
        path = tmp_path / name
        if content == "text":
            path.write_text("text")
        elif name == "a.npz":
            np.savez(path, a=np.array([{}]))
        else:
            np.save(path, np.array([{}]))
        config = {"files": {"stem": {"file": name, "sha256": sha256_of(str(path))}}}
        read = checkpoint.read_arrays if name == "a.npz" else checkpoint.read_array
        with pytest.raises(InputError, match=f"{path}: expected NumPy arrays, got: ") as caught:
            read(str(tmp_path), config, "stem")
        assert "\n" not in str(caught.value)


def test_a_link_and_a_device_stay_what_they_are(tmp_path):
    (tmp_path / "a").write_text("old")
    for name, target in (("link", "a"), ("null", os.devnull)):
        (tmp_path / name).symlink_to(target)
        with checkpoint.atomic_write(str(tmp_path / name), "wb") as file:
            file.write(b"new")
        assert (tmp_path / name).is_symlink()
    assert (tmp_path / "a").read_text() == "new"
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_new_weights_have_the_names_and_shapes_of_the_package():
    graph = pytest.importorskip("v4.graph")
    theirs = get_weights(small_baseline(hidden_size=5, embedding_size=4)[0])  # it trains two words
    ours = graph.new_weights(4, 5, 2, seed=1)
    assert {n: a.shape for n, a in ours.items()} == {n: a.shape for n, a in theirs.items()}
    for name, array in ours.items():
        assert array.dtype == np.float32
        # Uniform between the same bounds: the largest of many are close to the bound.
        if array.size > 50:
            assert np.abs(array).max() == pytest.approx(np.abs(theirs[name]).max(), rel=0.15), name


@pytest.mark.parametrize(
    "step, content, kept, other",
    [
        (2, HEADER + ROW % 1 + ROW % 2 + ROW % 3, [1, 2], None),
        (2, HEADER + ROW % 1 + "2,1,", [1], None),  # as after a power cut
        (2, HEADER + ROW % 1 + ROW % 2 + "3", [1, 2], None),
        (2, HEADER + ROW % 1 + "much,1,0.5\r\n" + ROW % 2, [], "damaged"),
        (2, HEADER + "1,1,0.5\r\n", [], "damaged"),
        (2, HEADER + "1\r\n", [], "damaged"),
        (2, HEADER + "\xe9\r\n", [], "damaged"),
        (0, HEADER + ROW % 1, [], "before"),
        (0, HEADER, [], None),
        (2, "", [], None),
    ],
)
def test_a_table_is_gone_on_with_or_kept_as_by_the_package(
    tmp_path, capsys, step, content, kept, other
):
    v4_progress = pytest.importorskip("v4.progress")
    for i, name in enumerate(["package", "v4", "v4"]):
        folder, path = tmp_path / name, tmp_path / name / "metrics.csv"
        folder.mkdir(exist_ok=True)
        path.write_bytes(content.encode("latin-1"))
        if name == "v4":
            with v4_progress.tf.Graph().as_default():
                v4_progress.ProgressLog(str(folder), step).close()
        else:
            progress.ProgressLog(folder, step).close()
        lines = path.read_text("ascii").splitlines()[1:]
        assert [int(line.split(",")[0]) for line in lines] == kept
        if other:
            old = folder / (f"metrics.{other}.csv" if i < 2 else f"metrics.{other}-1.csv")
            assert old.read_bytes() == content.encode("latin-1")
        if other and name == "v4":  # the package warns by logging
            assert f"kept as metrics.{other}" in capsys.readouterr().err
    assert len(list((tmp_path / "v4").glob("*.csv"))) == (3 if other else 1)


def test_the_home_folder_is_meant_by_a_tilde_in_every_path_flag(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("USERPROFILE", "/home/me")
    for group, name, _, _ in flags.FLAGS:
        if group == "paths":
            assert flags.parse([f"--{name}=~/x"]) == {name: "/home/me/x"}


@pytest.mark.parametrize(
    "argv, part",
    [
        (["--mod=train"], "--mod"),
        (["--nothing=1"], "--nothing"),
        (["--mode=show_examples"], "train, official_eval"),
        (["--model=better"], "baseline"),
        (["--dropout=1"], "--dropout"),
        (["--batch_size=0"], "--batch_size"),
        (["--batch_size=x"], "--batch_size"),
        (["--learning_rate=inf"], "--learning_rate"),
    ],
)
def test_a_wrong_flag_is_named(argv, part):
    with pytest.raises(InputError, match=part) as caught:
        flags.parse(argv)
    assert "\n" not in str(caught.value)


def test_a_flag_that_contradicts_the_checkpoint_names_both_values():
    with pytest.raises(InputError, match="--hidden_size: the checkpoint has 12, the flag says 200"):
        flags.completed({"hidden_size": 200}, {"hidden_size": 12}, "root")


@pytest.mark.parametrize(
    "part, value, line",
    [
        (
            "model",
            {"model": "bidaf"},
            "--ckpt_load_dir: this edition knows the models baseline and fusion alone, the "
            "checkpoint has bidaf; use Python 3 and TensorFlow 2.21",
        ),
        (
            "model",
            {"model": "drqa"},
            "--ckpt_load_dir: this edition knows the models baseline and fusion alone, the "
            "checkpoint has drqa; use Python 3 and TensorFlow 2.21",
        ),
        (
            "model",
            {"model": "baseline", "letter_buckets": 10},
            "--ckpt_load_dir: this edition does not know letter_buckets, which the checkpoint has; "
            "use Python 3 and TensorFlow 2.21",
        ),
        (
            "features",
            {"letters": {"most": 16}},
            "--ckpt_load_dir: this edition does not know letters, which the checkpoint has; use "
            "Python 3 and TensorFlow 2.21",
        ),
        (
            "model",
            {"model": "baseline", "embedding_size": 50, "layers": 2},
            "--ckpt_load_dir: this edition does not know layers, which the checkpoint has; use "
            "Python 3 and TensorFlow 2.21",
        ),
        (
            "data",
            {"paragraphs": 2},
            "--ckpt_load_dir: this edition does not know paragraphs, which the checkpoint has; use "
            "Python 3 and TensorFlow 2.21",
        ),
        ("model", None, "{path}: expected 'model' to be dict, got none such"),
        ("trained_word_list", {}, "{path}: expected 'trained_word_list' to be list, got none such"),
    ],
)
def test_a_checkpoint_that_this_edition_does_not_know_is_refused_in_one_line(
    fixtures_dir, tmp_path, capsys, part, value, line
):
    config = checkpoint.read_config(str(fixtures_dir / "golden_checkpoint"))
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**config, part: value}))
    flags = ["--mode=official_eval", "--json_in_path=x", f"--ckpt_load_dir={tmp_path}"]
    assert v4_main.main(flags) == 2
    assert capsys.readouterr() == ("", f"main.py: error: {line.format(path=path)}\n")


@pytest.mark.parametrize("model", [name for name in registry.names() if name != "baseline"])
@pytest.mark.parametrize("mode", [["--mode=train"], []], ids=["given", "default"])
def test_only_the_baseline_is_trained(capsys, mode, model):
    assert v4_main.main([*mode, f"--model={model}", "--experiment_name=x"]) == 2
    assert capsys.readouterr() == (
        "",
        f"main.py: error: --model: this edition trains the baseline alone, got {model}; use Python "
        "3 and TensorFlow 2.21\n",
    )


def test_an_option_that_an_old_checkpoint_lacks_has_its_default(fixtures_dir):
    stored = {"model": "baseline", "hidden_size": 12}
    assert flags.completed({}, stored, "root").context_len == Config().context_len


def test_a_python_2_without_tensorflow_is_told_what_it_needs(fixtures_dir):
    python = shutil.which("python2.7")
    bare = subprocess.run([python or "false", "-c", "import numpy"], capture_output=True)
    if python is None or b"No module named numpy" not in bare.stderr:
        pytest.skip("no bare python2.7 here")
    flags = ["--mode=official_eval", f"--ckpt_load_dir={fixtures_dir}", "--json_in_path=x"]
    command = [python, str(ROOT / "code" / "main.py"), *flags]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("main.py: error: under Python 2.7 this needs NumPy")
    assert len(done.stderr.splitlines()) == 1
