"""SQuAD v2.0 in the report: the numbers are those of `evaluate.py`, which has tests of its own."""

import json
import re

import pytest

from squad_reader.errors import InputError
from squad_reader.score.evaluation import main as evaluate


@pytest.fixture
def version_2(made):
    """Data where a third of the questions have no answer, answers, and probabilities."""
    data, golds = made.large_data(10, 12)
    data["version"] = "v2.0"
    answers = made.answers_like(golds, 1)
    na_probs = {}
    for i, article in enumerate(data["data"]):
        for j, item in enumerate(article["paragraphs"][0]["qas"]):
            if j < 4:
                item.update(answers=[], is_impossible=True)
                answers[item["id"]] = "" if (i + j) % 3 else "x"
            na_probs[item["id"]] = (7 * i + 3 * j) % 11 / 11
    del answers[item["id"]]  # one question without a prediction
    return data, answers, na_probs


def official(made, folder, capsys, data, answers, *flags):
    paths = [made.write(folder / "d.json", data), made.write(folder / "p.json", answers)]
    assert evaluate([*paths, "--metric=v2.0", *flags]) == 0
    return json.loads(capsys.readouterr().out)


def test_every_number_is_that_of_evaluate(made, make_report, version_2, tmp_path, capsys):
    data, answers, na_probs = version_2
    found = make_report(tmp_path / "r", data, {"r": answers}, no_answer={"r": na_probs})
    flags = ["--na_prob_file", made.write(tmp_path / "n.json", na_probs)]
    expected = official(made, tmp_path, capsys, data, answers, *flags)
    assert "best_f1_thresh" in expected and "NoAns_f1" in expected
    assert found.contents["readers"][0]["v2_0"] == expected
    for key in ("best_f1", "pr_oracle_ap", "HasAns_exact"):
        assert f"<td>{expected[key]:.1f}</td>" in found.page


def test_answers_above_1_are_withdrawn_everywhere(
    made, make_report, read, version_2, tmp_path, capsys
):
    """As Hugging Face's null_odds.json has them: scores of any size."""
    data, answers, na_probs = version_2
    odds = {each: 20 * prob - 10 for each, prob in na_probs.items()}
    gone = [each for each, text in answers.items() if text and odds[each] > 1]
    assert 5 < len(gone) < 80
    no_answer = {each for each in answers if int(each.split("-")[1]) < 4}
    readers = {"r": answers, "s": answers}
    found = make_report(tmp_path / "r", data, readers, no_answer={"r": odds})
    flags = ["--na_prob_file", made.write(tmp_path / "n.json", odds)]
    expected = official(made, tmp_path, capsys, data, answers, *flags)
    first, second = found.contents["readers"]
    assert first["v2_0"] == expected and expected["f1"] != second["v2_0"]["f1"]
    assert first["f1"]["over_clusters"]["mean"] == expected["f1"]
    assert first["exact_match"]["over_clusters"]["mean"] == expected["exact"]
    assert sorted(first["withdrawn"]) == sorted(gone) and second["withdrawn"] == []
    counts = {row["key"]: row["questions"] for row in found.contents["error_kinds"]["r"]}
    assert counts["empty"] == len(set(gone) - no_answer) > 0
    left = [each for each in no_answer if answers[each] and each not in gone]
    assert counts["answered"] == len(left) > 0
    text = f"r: {len(gone)} answers whose number in --na_prob_file is above 1; they count as empty"
    assert any(each.startswith(f"{text}: ") for each in read(found.page).texts["li"])
    assert f"{text} (report.json has their ids)." in found.printed


def test_withdrawn_where_nothing_is_left_of_the_gold_answers(made, make_report, tmp_path, capsys):
    """The official script gives 0: the question has answers, if ones that normalise to nothing."""
    golds = {"a": ["the"], "b": ["the", "sun"], "c": [], "d": ["The"], "e": ["an"]}
    answers = {"a": "", "b": "sun", "c": "sun", "d": "hot", "e": ""}
    qas = [made.question(each, "?", made.SUN, *texts) for each, texts in golds.items()]
    data = made.dataset([("T", [(made.SUN, qas)])], "v2.0")
    na_probs = dict.fromkeys("abcd", 2.0) | {"e": 0.5}
    found = make_report(tmp_path / "r", data, {"r": answers}, no_answer={"r": na_probs})
    flags = ["--na_prob_file", made.write(tmp_path / "n.json", na_probs)]
    expected = official(made, tmp_path, capsys, data, answers, *flags)
    (reader,) = found.contents["readers"]
    assert reader["v2_0"] == expected and expected["exact"] == 40.0  # c and e
    assert reader["exact_match"]["over_clusters"]["mean"] == expected["exact"]
    assert reader["f1"]["over_clusters"]["mean"] == expected["f1"]
    counts = {row["key"]: row["questions"] for row in found.contents["error_kinds"]["r"]}
    assert (counts["right"], counts["empty"]) == (2, 3)
    assert reader["withdrawn"] == ["b", "c", "d"]


def test_the_signature_says_whether_answers_were_withdrawn(made, make_report, version_2, tmp_path):
    data, answers, na_probs = version_2
    readers = {"a": answers, "b": answers}
    contents = make_report(tmp_path, data, readers, no_answer={"a": na_probs}).contents
    a, b = (each["signature"] for each in contents["readers"])
    assert "|unanswered:1|na_prob:empty above 1|norm:" in a
    assert a.replace("na_prob:empty above 1", "na_prob:none") == b
    group = [f"S={made.write(tmp_path / 's.json', answers)}"]
    of_group = make_report(tmp_path, data, {"a": answers}, no_answer={"a": na_probs}, group=group)
    assert of_group.contents["seeds"]["groups"][0]["files"][0]["signature"] == b
    old = make_report(tmp_path / "1", data, {"a": answers}, metric="v1.1").contents
    assert "na_prob" not in old["readers"][0]["signature_fields"]


def test_a_probability_of_1_withdraws_nothing(make_report, version_2, tmp_path):
    data, answers, na_probs = version_2
    found = make_report(tmp_path, data, {"r": answers}, no_answer={"r": dict.fromkeys(na_probs, 1)})
    assert found.contents["readers"][0]["withdrawn"] == []
    assert "is above 1" not in found.page


def test_only_some_readers_have_probabilities(make_report, version_2, tmp_path):
    data, answers, na_probs = version_2
    found = make_report(tmp_path, data, {"a": answers, "b": answers}, no_answer={"b": na_probs})
    a, b = (each["v2_0"] for each in found.contents["readers"])
    assert "best_f1" not in a and "best_f1" in b
    assert a["f1"] == b["f1"]
    best = re.search(r"With the best threshold.*?</table>", found.page, re.S).group()
    assert ">b<" in best and ">a<" not in best


def test_all_questions_without_an_answer(make_report, version_2, tmp_path):
    data, answers, na_probs = version_2
    for article in data["data"]:
        for item in article["paragraphs"][0]["qas"]:
            item.update(answers=[], is_impossible=True)
    found = make_report(tmp_path, data, {"r": answers}, no_answer={"r": na_probs})
    assert "pr_f1_ap" not in found.contents["readers"][0]["v2_0"]
    assert "Average precision, in percent" not in found.page


def test_nothing_of_it_in_a_report_on_v1_1(small):
    assert all("v2_0" not in each for each in small.contents["readers"])
    assert "Questions without an answer" not in small.page


def test_the_metric_overrules_the_file(made, make_report, version_2, tmp_path, capsys):
    data, answers, _ = version_2
    as_v1 = make_report(tmp_path / "1", data, {"r": answers}, metric="v1.1").contents
    assert as_v1["data"]["metric"] == "v1.1" and "v2_0" not in as_v1["readers"][0]
    old, golds = made.large_data(4, 3)
    as_v2 = make_report(tmp_path / "2", old, {"r": golds}, metric="v2.0").contents
    assert as_v2["readers"][0]["v2_0"] == official(made, tmp_path, capsys, old, golds)


@pytest.mark.parametrize(
    ("na_probs", "wanted", "told"),
    [
        ({"r": {"x": 0.5}}, {}, "expected a number for each question with a prediction"),
        ({"r": [1]}, {}, "expected an object with question ids and probabilities"),
        ({"r": {}}, {"metric": "v1.1"}, "--na_prob_file: expected SQuAD v2.0"),
        (
            None,
            {"na_prob_file": ["-", "-"]},
            "--na_prob_file: expected 1, as many as --predictions",
        ),
    ],
)
def test_bad_input_is_refused(make_report, version_2, tmp_path, na_probs, wanted, told):
    data, answers, _ = version_2
    with pytest.raises(InputError, match=told):
        make_report(tmp_path / "r", data, {"r": answers}, no_answer=na_probs, **wanted)
