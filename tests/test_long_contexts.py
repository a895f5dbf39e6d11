"""Texts of one token and of 6,000, and 200 questions on one text: all are read, within memory."""

import json
from pathlib import Path

import pytest
from most_memory import run_measured

from squad_reader import registry

pytestmark = pytest.mark.slow
MAIN = Path(__file__).parents[1] / "code" / "main.py"
MOST_KIB = 1_800_000  # TensorFlow alone is a third of it


def paragraph(words, places):
    """A context of these words, with a question on the word at each place."""
    context, qas = " ".join(words), []
    for i, place in enumerate(places):
        start = sum(len(word) + 1 for word in words[:place])
        answer = {"text": words[place], "answer_start": start}
        qas.append({"id": f"{len(words)}-{i}", "question": f"Which is {i} ?", "answers": [answer]})
    return {"context": context, "qas": qas}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A file with all three."""
    long = [f"w{i % 97}" for i in range(6000)]
    paragraphs = [
        paragraph(["Riga"], [0]),
        paragraph(long, [3, 5999]),
        paragraph([f"w{i}" for i in range(120)], [i % 120 for i in range(200)]),
    ]
    path = tmp_path_factory.mktemp("long") / "data.json"
    articles = [{"title": "T", "paragraphs": paragraphs}]
    path.write_text(json.dumps({"version": "1.1", "data": articles}), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", [name for name in registry.names() if name != "baseline"])
def test_they_are_trained_on_and_answered(name, data, fixtures_dir, tmp_path):
    flags = [
        f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}",
        f"--cache_dir={tmp_path / 'cache'}",
    ]
    training = [f"--model={name}", f"--train_path={data}", f"--dev_path={data}"]
    training += ["--embedding_size=50", "--num_epochs=1", "--warmup_steps=0"]
    _, most = run_measured(MAIN, "--mode=train", f"--train_dir={tmp_path}", *training, *flags)
    assert most < MOST_KIB
    asked = [f"--json_in_path={data}", f"--json_out_path={tmp_path / 'answers.json'}"]
    asked += [f"--ckpt_load_dir={tmp_path / 'best_checkpoint'}"]
    _, most = run_measured(MAIN, "--mode=official_eval", *asked, *flags)
    assert most < MOST_KIB
    answers = json.loads((tmp_path / "answers.json").read_text("utf-8"))
    assert len(answers) == 203 and answers["1-0"] == "Riga" and all(answers.values())
