"""Every model of the package: killed in mid-epoch twice and gone on, it is the same run.

A third kill falls into the writing of a checkpoint, and one dev score of that run is a real one.
With its own recipe (schedule, averages, batches), on the small data set. Bit for bit: the ids in
their order, losses, weights, averages, moments, dropout seeds, and what was scored and saved.
Then what was saved answers, is shown and exported.
"""

import contextlib
import json

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from small_reader import small_sizes

from squad_reader import cli, registry
from squad_reader.config import make_config
from squad_reader.data.squad_json import read_squad
from squad_reader.options import option_names
from squad_reader.predict import checkpoints
from squad_reader.predict.checkpoints import get_weights, read_arrays, read_facts
from squad_reader.predict.reader import Reader
from squad_reader.train.evaluation import Evaluation
from squad_reader.train.loop import Trainer
from squad_reader.train.state import TrainingState
from squad_reader.train.training_data import TrainingData

pytestmark = pytest.mark.slow
SCORES = [0.1, 0.9, 0.3, 0.2, 0.5, 0.4]  # the best is at epoch 2


class Killed(BaseException):
    """Nothing is done after it, as after `kill -9`."""


class Watched:
    """Runs with one set of options: what was read, learned and scored, by step.

    Args:
        options: of the run.
        scored_epoch: the epoch that gets real dev scores too, which change nothing.
    """

    def __init__(self, options, scored_epoch=None):
        self.options, self.scored_epoch = options, scored_epoch
        self.read, self.losses, self.scored, self.real = {}, {}, {}, []

    def run(self, kill_at=None, kill_writing=None):
        with pytest.MonkeyPatch.context() as patch, contextlib.suppress(Killed):
            trainer = Trainer(make_config(self.options))
            self._watch(patch, trainer, kill_at)
            self._watch_writing(patch, kill_writing)
            trainer.run()
        return trainer

    def _watch_writing(self, patch, kill_writing):
        """Be killed when a checkpoint of this step has its files, and no config.json yet."""
        write = checkpoints.write_facts

        def write_facts(folder, facts):
            if facts.step == kill_writing and folder.name == str(facts.step):
                assert len(list(folder.glob("*.npz"))) == 2
                raise Killed
            write(folder, facts)

        patch.setattr(checkpoints, "write_facts", write_facts)

    def _watch(self, patch, trainer, kill_at):
        step_of, batch_of, score = TrainingState.train_step, TrainingData.batch, Evaluation.run

        def batch(data, numbers):
            self.read[trainer.step] = numbers.tolist()
            return batch_of(data, numbers)

        def train_step(state, batch):
            if trainer.step == kill_at:
                raise Killed
            self.losses[trainer.step] = step_of(state, batch)
            return self.losses[trainer.step]

        def evaluate(evaluation, step, epoch, check_stop):
            if epoch == self.scored_epoch:
                self.real.append(score(evaluation, step, epoch, check_stop))
            weights = get_weights(evaluation.reader.members[0].scorer)
            self.scored[step] = {path: np.array(array) for path, array in weights.items()}
            return {"dev/f1": SCORES[epoch - 1], "dev/em": 0.0}

        patch.setattr(TrainingData, "batch", batch)
        patch.setattr(TrainingState, "train_step", train_step)
        patch.setattr(Evaluation, "run", evaluate)


@pytest.fixture(scope="module", params=[*registry.names(), "baseline with a teacher"])
def runs(request, fixtures_dir, small_data, tmp_path_factory):
    """A straight run of six epochs, and one that was killed in epochs 3 and 4, and in writing."""
    folder = tmp_path_factory.mktemp("runs")
    model, _, teacher = request.param.partition(" with a ")
    names = option_names(registry.architecture(model).options)
    small = small_sizes(model, 4) | {name: 50 for name in names if name.endswith("_buckets")}
    options = {
        **{**small_data, "model": model, **small, "dropout": 0.3},
        "teacher": str(fixtures_dir / "golden_checkpoint") if teacher else "",
        **{"ema": 0.5, "schedule": "linear", "warmup_steps": 3, "num_epochs": 6},
        "batch_size": 4 if "batch_by" in registry.architecture(model).training else 20,
    }
    steps = TrainingData(make_config({**options, "train_dir": str(folder)})).steps_per_epoch
    options |= {"eval_every": steps, "save_every": 2}
    straight, killed = (
        Watched({**options, "train_dir": str(folder / name)}, scored_epoch)
        for name, scored_epoch in (("straight", None), ("killed", 2))
    )
    straight.run()
    for kill_at in (2 * steps + steps // 2, 3 * steps + 1):
        killed.run(kill_at)
    writing = 4 * steps + 2  # an even step, at which saving is due
    assert killed.run(kill_writing=writing).step == writing
    killed.run()
    return folder, steps, straight, killed


def test_the_same_questions_in_the_same_order_with_the_same_losses(runs):
    _, steps, straight, killed = runs
    assert len(straight.losses) == 6 * steps and steps > 2
    assert killed.read == straight.read and killed.losses == straight.losses
    assert [0 <= scores["dev/f1"] <= 100 for scores in killed.real] == [True]


def test_weights_averages_moments_and_seeds_are_equal_bit_for_bit(runs):
    folder, steps, *_ = runs
    for stem in ("weights", "training_state"):
        a, b = (
            read_arrays(folder / name / "checkpoints" / str(6 * steps), stem)
            for name in ("straight", "killed")
        )
        assert a.keys() == b.keys()
        for name, array in a.items():
            if not (name.startswith("seed/") and name.endswith("_cell")):  # which Keras never uses
                assert_array_equal(array, b[name], name)


def test_the_best_stays_and_holds_the_weights_that_were_scored(runs):
    folder, steps, straight, killed = runs
    for name, watched in (("straight", straight), ("killed", killed)):
        best = folder / name / "best_checkpoint"
        facts, arrays = read_facts(best), read_arrays(best)
        assert facts.step == 2 * steps and facts.best_score == max(SCORES)
        for path, array in arrays.items():
            assert_array_equal(array, watched.scored[2 * steps][path], path)
            assert_array_equal(array, straight.scored[2 * steps][path], path)


def test_the_best_answers_every_question_and_its_export_does_without_glove(
    runs, fixtures_dir, capsys
):
    folder, data = runs[0], fixtures_dir / "tiny-v1.1.json"
    glove = f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}"
    best = f"--ckpt_load_dir={folder / 'killed' / 'best_checkpoint'}"
    exported = f"--ckpt_load_dir={folder / 'whole'}"
    first, second, lists = (folder / f"{name}.json" for name in ("first", "second", "lists"))
    asked = ["--mode=official_eval", f"--json_in_path={data}"]
    assert (
        cli.main([*asked, best, glove, f"--json_out_path={first}", f"--nbest_out_path={lists}"])
        == 0
    )
    assert cli.main(["--mode=export", best, glove, f"--export_dir={folder / 'whole'}"]) == 0
    assert cli.main([*asked, exported, f"--json_out_path={second}"]) == 0
    assert first.read_bytes() == second.read_bytes()
    expect_slices(
        read_squad(data), json.loads(first.read_text("utf-8")), json.loads(lists.read_text("utf-8"))
    )
    capsys.readouterr()
    assert (
        cli.main(["--mode=show_examples", exported, f"--dev_path={data}", "--num_examples=2"]) == 0
    )
    assert capsys.readouterr().out.count("predicted:") == 2


def expect_slices(data, answers, lists):
    """Each question has an answer, and each answer is a piece of its context."""
    assert list(answers) == [example.id for example in data.examples]
    for example in data.examples:
        context = data.contexts[example.context_index]
        assert answers[example.id] == lists[example.id][0]["text"]
        for each in lists[example.id]:
            assert each["text"] == context[each["char_start"] : each["char_end"]]


def test_the_best_is_a_reader_for_programs(runs, fixtures_dir):
    best = runs[0] / "killed" / "best_checkpoint"
    reader, context = (
        Reader.load(best, fixtures_dir / "glove.small.50d.txt"),
        "Zorn  met Alma in Riga.",
    )
    answers = reader.answer(context, "Who met Alma?", n_best=3)
    assert len(answers) == 3
    assert all(each.text == context[each.char_start : each.char_end] for each in answers)
    assert 1 > answers[0].probability >= answers[2].probability > 0
