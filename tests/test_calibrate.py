"""scripts/calibrate.py: the halves, a temperature that is written and used, the picture."""

import json
import shutil
from dataclasses import replace

import calibrate
import numpy as np
import pytest

from squad_reader.data.squad_data import Answer, Example
from squad_reader.data.squad_json import read_squad
from squad_reader.predict.checkpoints import (
    read_arrays,
    read_facts,
    save_checkpoint,
    write_facts,
)
from squad_reader.predict.reader import Reader
from squad_reader.serve.text_reader import TextReader


@pytest.fixture
def checkpoint(fixtures_dir, tmp_path):
    return shutil.copytree(fixtures_dir / "golden_checkpoint", tmp_path / "checkpoint")


def test_halves_are_whole_articles(fixtures_dir):
    data = read_squad(fixtures_dir / "small-dev-v1.1.json")
    half = calibrate.halves(data)
    titles = [data.titles[example.context_index] for example in data.examples]
    sides = set(zip(titles, half.tolist(), strict=True))
    assert len(sides) == len(set(titles)) and 0 < half.sum() < len(half)


def test_the_temperature_is_written_and_used(checkpoint, fixtures_dir, tmp_path, capsys):
    glove, data = fixtures_dir / "glove.small.50d.txt", fixtures_dir / "small-dev-v1.1.json"
    texts = [TextReader(Reader.load(checkpoint, glove, runtime="onnx"), "Zorn met Alma in Riga.")]
    picture = tmp_path / "curve.png"
    flags = [str(checkpoint), f"--json_in_path={data}", f"--glove_path={glove}"]
    assert calibrate.main([*flags, f"--picture={picture}"]) == 0
    temperature = read_facts(checkpoint).temperature
    assert f"Temperature {temperature:.3f}: calibration error 0." in capsys.readouterr().out
    assert picture.read_bytes().startswith(b"\x89PNG")
    reader = Reader.load(checkpoint, glove, runtime="onnx")
    texts.append(TextReader(reader, "Zorn met Alma in Riga."))
    before, after = (each.ask("Who met Alma?").answers[0] for each in texts)
    assert before[:3] == after[:3]
    logits = texts[1].read("Who met Alma?").spans.logits()
    scaled = np.exp((logits - logits.max()) / temperature)
    assert after.probability == pytest.approx(1 / scaled.sum())


def test_questions_about_a_context_without_a_token_do_not_count(checkpoint, fixtures_dir, capsys):
    glove, data = fixtures_dir / "glove.small.50d.txt", fixtures_dir / "small-dev-v1.1.json"
    before = calibrate.calibrate(checkpoint, read_squad(data), glove)
    more = read_squad(data)
    more.titles.append(more.titles[0])
    more.contexts.append(" \n ")
    for number, answers in enumerate([(Answer("", 0),), (Answer("Alma", -1),)]):
        more.examples.append(Example(f"new{number}", len(more.contexts) - 1, "Who?", answers))
    assert calibrate.calibrate(checkpoint, more, glove) == before


@pytest.mark.parametrize("what", ["weights", "step"])
def test_a_checkpoint_that_a_run_replaces_meanwhile_stays_as_the_run_left_it(
    what, checkpoint, fixtures_dir, monkeypatch, capsys
):
    def replaced(reader, data):
        facts, weights = read_facts(checkpoint), read_arrays(checkpoint)
        if what == "weights":
            save_checkpoint(checkpoint, {"weights": weights}, replace(facts, step=facts.step + 1))
        else:
            write_facts(checkpoint, replace(facts, scored_step=facts.step + 1))
        after.append(read_facts(checkpoint))
        return read_all(reader, data)

    after, read_all = [], calibrate.read_all
    monkeypatch.setattr(calibrate, "read_all", replaced)
    data = f"--json_in_path={fixtures_dir / 'small-dev-v1.1.json'}"
    glove = f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}"
    assert calibrate.main([str(checkpoint), data, glove]) == (2 if what == "weights" else 0)
    facts = read_facts(checkpoint)
    assert replace(facts, temperature=None) == after[0]
    assert (facts.temperature is None) == (what == "weights")
    assert read_arrays(checkpoint)
    err = capsys.readouterr().err
    assert ("were replaced meanwhile" in err) == (what == "weights")


def test_data_of_one_article_or_without_answers_are_refused(
    checkpoint, fixtures_dir, tmp_path, capsys
):
    glove = fixtures_dir / "glove.small.50d.txt"
    question = {"id": "a", "question": "Who?", "answers": [{"text": "Alma", "answer_start": 0}]}
    for answers, line in ((question["answers"], "got one article"), ([], "expected gold answers")):
        paragraph = {"context": "Alma slept.", "qas": [{**question, "answers": answers}]}
        path = tmp_path / "data.json"
        path.write_text(json.dumps({"data": [{"title": "T", "paragraphs": [paragraph]}]}))
        flags = [f"--json_in_path={path}", f"--glove_path={glove}"]
        assert calibrate.main([str(checkpoint), *flags]) == 2
        assert line in capsys.readouterr().err
