"""What `config.json` says, read and written: nothing is lost, and old files keep their meaning."""

import json
from dataclasses import fields
from pathlib import Path

import pytest

from squad_reader.errors import InputError
from squad_reader.predict.checkpoints import read_config, read_facts
from squad_reader.predict.facts import DataFile, Facts, Glove, Origin, SavedFile, facts_of

OLD = ["golden_checkpoint", "run_of_0_1/checkpoints/8", "run_of_0_1/best_checkpoint"]
PATH = Path("config.json")


@pytest.fixture
def content(fixtures_dir):
    """Of the golden checkpoint's `config.json`, which has few parts."""
    return read_config(fixtures_dir / "golden_checkpoint")


@pytest.mark.parametrize("name", OLD)
def test_an_old_file_is_written_again_with_the_same_content(fixtures_dir, name):
    old = read_config(fixtures_dir / name)
    new = read_facts(fixtures_dir / name).to_json()
    for empty in ("begun_from", "changes", "best_score"):
        assert new.get(empty) == (old.pop(empty, None) or None)
        new.pop(empty, None)
    assert list(new.items()) == list(old.items())


def test_all_that_a_file_may_say_comes_back():
    facts = Facts(
        format_version=1,
        tokenizer_version=1,
        step=7,
        epoch=2,
        scored_step=6,
        best_score=0.0,
        options={"batch_size": 3},
        changes=[{"step": 1, "option": "keep", "from": 1, "to": 2}],
        begun_from=Origin("folder", 3, "abc"),
        dev_scores={"dev/f1": 1.5, "dev/loss": None},
        squad_reader="0.1.0",
        edition="v4",
        seed=5,
        model={
            **{"model": "baseline", "hidden_size": 2, "embedding_size": 3},
            **{"dropout": 0.5, "trained_words": 1},
        },
        data={"context_len": 9, "question_len": 8},
        trained_on=DataFile("train.json", 4),
        dev=DataFile("dev.json", 3),
        steps_per_epoch=2,
        taught_by=["abc"],
        glove=Glove("g.txt", {"the": [0.5, 1.5, 2.5]}),
        features={"word": {"size": 3}},
        trained_word_list=["a"],
        temperature=1.5,
        files={"weights": SavedFile("w.npz", "def")},
    )
    content = json.loads(json.dumps(facts.to_json()))
    assert list(content) == [item.name for item in fields(Facts)]
    assert facts_of(content, PATH) == facts


def test_what_an_old_file_lacks_has_a_value_that_behaves_as_before(content):
    facts = facts_of(content, PATH)
    assert (facts.options, facts.changes, facts.begun_from, facts.features) == ({}, [], None, {})
    assert (facts.dev, facts.steps_per_epoch) == (None, None)
    assert facts.trained_on == DataFile("tiny-v1.1.json", 22)


def test_what_only_a_newer_version_knows_is_passed_over(content):
    assert facts_of({**content, "new": 1}, PATH) == facts_of(content, PATH)


def test_a_file_of_the_edition_for_python_2_is_read(content):
    """Its parts are those that `v4.train` writes."""
    facts = facts_of({**content, "edition": "v4", "best_score": None}, PATH)
    assert (facts.edition, facts.best_score) == ("v4", None)


@pytest.mark.parametrize(
    "part, value, told",
    [
        *((name, None, f"expected '{name}' to be ") for name in ("step", "seed", "model", "data")),
        *((name, None, f"expected '{name}' to be ") for name in ("glove", "files")),
        ("trained_word_list", {}, "expected 'trained_word_list' to be list, got none such"),
        ("glove", {"file": "g"}, "expected the vectors of some words under 'glove', got none"),
        ("data", {"context_len": 9, "width": 1}, "expected options of this version, got width"),
        ("model", {"model": "none"}, "expected a model that is known here (baseline, "),
        ("model", {"units": 1}, "expected options that the model baseline has, got units"),
        ("trained_word_list", ["a"], "expected no more trained words than 'trained_words' says"),
        *((name, 1, f"expected '{name}' as a run writes it, got 1") for name in ("dev", "options")),
        ("temperature", 0, "expected 'temperature' as a run writes it, got 0"),
        ("features", [], "expected 'features' as a run writes it, got []"),
        ("changes", [{"step": 1}], "expected 'changes' as a run writes it, got [{'step': 1}]"),
        ("begun_from", {"step": 1}, "expected 'begun_from' as a run writes it, got {'step': 1}"),
        ("files", {"weights": 1}, "expected 'weights' as a run writes it, got 1"),
    ],
)
def test_a_part_that_is_not_what_it_must_be_is_refused_by_name(content, part, value, told):
    with pytest.raises(InputError) as error:
        facts_of({**content, part: value}, PATH)
    assert str(error.value).startswith(f"config.json: {told}")


def test_a_file_that_is_named_without_its_sum_is_refused(content):
    with pytest.raises(InputError, match="expected 'weights' as a run writes it"):
        facts_of({**content, "files": {"weights": {"file": "w.npz"}}}, PATH)
