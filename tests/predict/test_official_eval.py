"""What `official_eval` promises: an answer for every id, the same in any batch and any order.

With the golden checkpoint, so that the answers are the same on every machine.
"""

import json
import math
import os
import random

import pytest

from squad_reader.cli import from_checkpoint, main
from squad_reader.data.squad_json import read_squad
from squad_reader.data.tokenizer import token_spans
from squad_reader.errors import InputError
from squad_reader.model import span_decoder
from squad_reader.model.span_decoder import DISTANCE
from squad_reader.predict import official_eval as module
from squad_reader.predict.official_eval import official_eval

LONG = "(the words of the small data set, in random order)"
ODD = [
    ("Zörtk", ["Who?", ""]),
    ("😀", ["How?"]),
    ("", ["Of what?"]),
    (" \n", ["Of what?"]),
    ("x\ud83d", ["Half a character?"]),
    (LONG, ["Which word?", "why " * 100]),
]


@pytest.fixture(scope="module")
def answer(fixtures_dir, tmp_path_factory):
    """Gives a function: SQuAD file, options -> (text of predictions.json, n-best lists)."""

    def answer(path, **options):
        folder = tmp_path_factory.mktemp("answers")
        config = from_checkpoint(
            {
                "ckpt_load_dir": str(fixtures_dir / "golden_checkpoint"),
                "glove_path": str(fixtures_dir / "glove.small.50d.txt"),
                "json_in_path": str(path),
                "json_out_path": str(folder / "predictions.json"),
                "nbest_out_path": str(folder / "nbest.json"),
                **options,
            }
        )
        count = official_eval(config)
        text = (folder / "predictions.json").read_text(encoding="utf-8")
        assert count == len(json.loads(text))
        nbest = folder / "nbest.json"
        return text, json.loads(nbest.read_text(encoding="utf-8")) if nbest.exists() else None

    return answer


@pytest.fixture(scope="module")
def hard_file(fixtures_dir, tmp_path_factory):
    """The small data sets and the oddities in one file."""
    articles = []
    for name in ("tiny-v1.1.json", "small-dev-v1.1.json"):
        articles += json.loads((fixtures_dir / name).read_text(encoding="utf-8"))["data"]
    words = " ".join(read_squad(fixtures_dir / "small-dev-v1.1.json").contexts).split()
    long = " ".join(random.Random(0).choices(words, k=1500))
    for number, (context, questions) in enumerate(ODD):
        qas = [
            {"id": f"odd{number}.{i}", "question": question, "answers": []}
            for i, question in enumerate(questions)
        ]
        context = long if context == LONG else context
        articles.insert(number, {"title": "Odd", "paragraphs": [{"context": context, "qas": qas}]})
    path = tmp_path_factory.mktemp("hard") / "hard.json"
    path.write_text(json.dumps({"version": "1.1", "data": articles}), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def answered(answer, hard_file):
    """predictions.json as text, and the n-best lists, of the hard file."""
    return answer(hard_file, num_best=4)


def contexts_of(path):
    data = read_squad(path)
    return {example.id: data.contexts[example.context_index] for example in data.examples}


def test_every_id_is_answered_in_the_order_of_the_input(answered, hard_file):
    ids = [example.id for example in read_squad(hard_file).examples]
    assert list(json.loads(answered[0])) == ids
    assert list(answered[1]) == ids


def test_an_answer_is_a_slice_of_its_context_and_empty_only_where_there_is_no_token(
    answered, hard_file
):
    contexts = contexts_of(hard_file)
    for question_id, text in json.loads(answered[0]).items():
        assert text in contexts[question_id]
        assert bool(text) == bool(token_spans(contexts[question_id]))


def test_text_is_utf8_and_not_escaped(answered):
    assert answered[0].count('"Zörtk"') == 2
    assert '"😀"' in answered[0]
    assert "\\u" not in answered[0].replace("\\ud83d", "")  # half a character has no UTF-8


def test_every_token_of_a_long_context_is_read(answer, write_squad):
    """With enough spans of one token listed, each of the 1,500 tokens is among them."""
    context = "word " * 1500
    lists = answer(write_squad([(context, [("?", None)])]), num_best=2000, max_answer_len=1)[1]
    places = {(span["char_start"], span["char_end"]) for span in lists["q0"]}
    assert places == set(token_spans(context))


def test_n_best_lists_hold_what_they_promise(answered, hard_file):
    contexts, predictions = contexts_of(hard_file), json.loads(answered[0])
    for question_id, spans in answered[1].items():
        context = contexts[question_id]
        assert len(spans) <= 4
        assert bool(spans) == bool(token_spans(context))
        for span in spans:
            assert list(span) == ["text", "char_start", "char_end", "probability"]
            assert 0 <= span["char_start"] < span["char_end"] <= len(context)
            assert span["text"] == context[span["char_start"] : span["char_end"]]
            assert 0 < span["probability"] <= 1
        log_probs = [math.log(span["probability"]) for span in spans]
        highest_later = [max(log_probs[i:]) for i in range(len(log_probs))]
        assert all(
            later - log_prob < 1.001 * DISTANCE
            for log_prob, later in zip(log_probs, highest_later, strict=True)
        )
        assert len({(span["char_start"], span["char_end"]) for span in spans}) == len(spans)
        assert predictions[question_id] == (spans[0]["text"] if spans else "")


def test_probabilities_are_products_of_a_start_and_an_end_that_each_sum_to_one(answer, write_squad):
    """Of two tokens three spans are legal: with a = p(start 0) and b = p(end 1) they have
    a (1 - b), a b and (1 - a) b, so the first two add up to a, the last two to b."""
    (spans,) = answer(write_squad([("One two", [("Who?", None)])]))[1].values()
    assert len(spans) == 3
    by_place = {(span["char_start"], span["char_end"]): span["probability"] for span in spans}
    a = by_place[0, 3] + by_place[0, 7]
    b = by_place[0, 7] + by_place[4, 7]
    assert by_place[0, 7] == pytest.approx(a * b, rel=1e-5)


@pytest.mark.parametrize("change", [-2e-5, 2e-5])
def test_no_span_is_so_near_the_edge_that_another_processor_could_choose_otherwise(
    answer, answered, hard_file, monkeypatch, change
):
    """Otherwise the tests below would hold by chance only."""
    monkeypatch.setattr(span_decoder, "DISTANCE", DISTANCE + change)
    assert answer(hard_file, num_best=4)[0] == answered[0]


def test_batch_size_changes_nothing(answer, answered, hard_file):
    assert answer(hard_file, batch_size=7, num_best=4)[0] == answered[0]


def test_order_of_questions_and_their_company_change_nothing(answer, answered, hard_file, tmp_path):
    content = json.loads(hard_file.read_text(encoding="utf-8"))
    content["data"] = content["data"][::-1]
    for article in content["data"]:
        article["paragraphs"] = article["paragraphs"][::-1]
        for paragraph in article["paragraphs"]:
            paragraph["qas"] = paragraph["qas"][::-1]
    path = tmp_path / "reversed.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    before, after = json.loads(answered[0]), json.loads(answer(path)[0])
    assert after == before
    assert list(after) != list(before)


def test_max_answer_len_is_kept(answer, answered, hard_file):
    text, lists = answer(hard_file, max_answer_len=1)
    assert text != answered[0]
    for answer_text in json.loads(text).values():
        assert len(token_spans(answer_text)) <= 1
    for spans in lists.values():
        assert all(len(token_spans(span["text"])) == 1 for span in spans)


def test_independent_spans_differ(answer, answered, hard_file):
    assert answer(hard_file, span="independent")[0] != answered[0]


def test_n_best_are_written_only_if_asked_for(answer, write_squad):
    path = write_squad([("One.", [("Who?", None)])])
    assert answer(path, nbest_out_path="")[1] is None


def test_where_the_second_file_cannot_be_written_the_first_is_told(answer, write_squad, tmp_path):
    path = write_squad([("The bee.", [("Who?", None)])])
    with pytest.raises(InputError) as caught:
        answer(path, json_out_path=str(tmp_path / "p.json"), nbest_out_path=str(tmp_path / "no/n"))
    expected = f"cannot write {tmp_path / 'no/n'}: No such file or directory; the answers are in "
    assert str(caught.value) == expected + str(tmp_path / "p.json")
    assert list(json.loads((tmp_path / "p.json").read_text())) == ["q0"]


def test_a_file_without_a_question_gives_an_empty_object(answer, write_squad):
    assert answer(write_squad([("One.", [])])) == ("{}", {})


# --- when it fails ------------------------------------------------------------------------------


@pytest.fixture
def failing(fixtures_dir, write_squad, tmp_path):
    """Gives a function that runs official_eval, expects an error, and lists the output's folder."""
    path = write_squad([("One two.", [("Who?", None)])])
    folder = tmp_path / "out"
    folder.mkdir()

    def failing(error, progress=None, **options):
        config = from_checkpoint(
            {
                "ckpt_load_dir": str(fixtures_dir / "golden_checkpoint"),
                "glove_path": str(fixtures_dir / "glove.small.50d.txt"),
                "json_in_path": str(path),
                "json_out_path": str(folder / "predictions.json"),
                **options,
            }
        )
        with pytest.raises(error):
            official_eval(config, progress)
        return {name: (folder / name).read_text() for name in os.listdir(folder)}

    failing.folder = folder
    return failing


def stop(*_):
    raise KeyboardInterrupt


def test_nothing_is_left_of_a_run_that_was_stopped(failing):
    assert failing(KeyboardInterrupt, progress=stop) == {}


def test_an_old_file_survives_a_run_that_was_stopped(failing):
    (failing.folder / "predictions.json").write_text("old")
    assert failing(KeyboardInterrupt, progress=stop) == {"predictions.json": "old"}


def test_an_old_file_survives_an_error_in_the_middle_of_writing(failing, monkeypatch):
    (failing.folder / "predictions.json").write_text("old")

    def dump(content, file, **_):
        file.write('{"half')
        raise OSError("No space left on device")

    monkeypatch.setattr(module.json, "dump", dump)
    assert failing(OSError) == {"predictions.json": "old"}


def test_nothing_is_written_for_a_broken_input(failing, tmp_path):
    (tmp_path / "broken.json").write_text('{"version": "1.1"}')
    assert failing(InputError, json_in_path=str(tmp_path / "broken.json")) == {}


# --- several checkpoints --------------------------------------------------------------------------


def test_several_checkpoints_answer_together_in_whatever_order(
    small_experiment, fixtures_dir, tmp_path
):
    folders = [small_experiment / "best_checkpoint", *(small_experiment / "checkpoints").iterdir()]
    glove = f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}"
    flags = ["--mode=official_eval", glove, f"--json_in_path={fixtures_dir / 'tiny-v1.1.json'}"]
    found = []
    for order in (folders, folders[::-1]):
        names = ",".join(map(str, order))
        out = [f"--json_out_path={tmp_path / 'p'}", f"--nbest_out_path={tmp_path / 'n'}"]
        assert main([*flags, *out, f"--ckpt_load_dir={names}"]) == 0
        found.append(((tmp_path / "p").read_bytes(), (tmp_path / "n").read_bytes()))
    assert found[0] == found[1]


def test_checkpoints_of_another_tokenizer_do_not_join(
    small_experiment, fixtures_dir, tmp_path, capsys
):
    """The golden one is of version 1."""
    names = f"{fixtures_dir / 'golden_checkpoint'},{small_experiment / 'best_checkpoint'}"
    status = main(
        [
            "--mode=official_eval",
            f"--ckpt_load_dir={names}",
            f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}",
            f"--json_in_path={fixtures_dir / 'tiny-v1.1.json'}",
            f"--json_out_path={tmp_path / 'p'}",
        ]
    )
    line = capsys.readouterr().err
    assert status == 2 and "expected readers with one version of the tokenizer, got 1 and 2" in line
    assert not (tmp_path / "p").exists()
