"""scripts/missing_vectors.py: which questions are kept, and that nothing of them changes."""

import json

import missing_vectors
import numpy as np


def lookup(words):
    found = [word for word in words if word in {"the", "mill", "of", "pairs", "burned"}]
    return found, np.zeros((len(found), 2), np.float32)


def question(name, *answers):
    return {
        "id": name,
        "question": "?",
        "answers": [{"text": a, "answer_start": 0} for a in answers],
    }


def test_a_question_is_kept_if_a_word_of_an_answer_has_no_vector():
    dates = {"context": "1,066", "qas": [question("a", "1,066"), question("b", "the mill")]}
    other = {"context": "The mill", "qas": [question("c", "The Mill of")]}
    one_of_two = {"context": "x", "qas": [question("d", "pairs", "two pairs"), question("e")]}
    content = {
        "version": "1.1",
        "data": [
            {"title": "T", "paragraphs": [dates, other]},
            {"title": "U", "paragraphs": [other]},
            {"title": "V", "paragraphs": [one_of_two]},
        ],
    }
    assert missing_vectors.keep_missing(content, lookup) == (2, 6)
    assert content == {
        "version": "1.1",
        "data": [
            {"title": "T", "paragraphs": [{**dates, "qas": [question("a", "1,066")]}]},
            {
                "title": "V",
                "paragraphs": [{**one_of_two, "qas": [question("d", "pairs", "two pairs")]}],
            },
        ],
    }


def test_answers_may_be_in_columns_or_unknown():
    columns = {"text": ["the mill", "two pairs"], "answer_start": [0, 0]}
    questions = [
        {**question("a"), "answers": None},
        {"id": "b", "question": "?"},
        {**question("c"), "answers": columns},
        {**question("d"), "answers": {"text": ["the"], "answer_start": None}},
        {**question("e", "pairs two"), "is_impossible": True},
    ]
    content = {"data": [{"paragraphs": [{"context": "x", "qas": list(questions)}]}]}
    assert missing_vectors.keep_missing(content, lookup) == (1, 5)
    assert content["data"][0]["paragraphs"][0]["qas"] == [questions[2]]


def test_from_outside(fixtures_dir, tmp_path, capsys):
    out = tmp_path / "kept.json"
    flags = [
        f"--json_in_path={fixtures_dir / 'small-dev-v1.1.json'}",
        f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}",
        f"--json_out_path={out}",
    ]
    assert missing_vectors.main(flags) == 0
    kept = json.loads(out.read_text("utf-8"))["data"]
    number = sum(len(p["qas"]) for article in kept for p in article["paragraphs"])
    assert f"Wrote {number} of " in capsys.readouterr().out
    row = {"id": "a", "context": "x", "question": "?", "answers": None}
    for content in ([], [row], {"data": [row]}):
        (tmp_path / "rows.json").write_text(json.dumps(content))
        assert missing_vectors.main([f"--json_in_path={tmp_path / 'rows.json'}", *flags[1:]]) == 2
        assert "rows.json: expected articles" in capsys.readouterr().err
