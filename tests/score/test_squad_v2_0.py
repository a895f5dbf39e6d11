"""What the SQuAD v2.0 metric promises: groups, thresholds, precision; its digits in every Python.

Expected values come from arithmetic by hand and from `official_*` below, written for this test from
the definition: the words of a text, EM and F1 with the empty answer, and for probabilities the
scores of all readers that answer only their k surest questions.
"""

import itertools
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from squad_reader.score.evaluation import main
from squad_reader.score.squad_v2_0 import evaluate_golds, question_scores

CODE = Path(__file__).parents[2] / "code"
GOLDS = {"a": ["red dog", "dog"], "b": [], "c": ["cat"], "d": [], "e": ["the", "x y"]}
PREDICTIONS = {"a": "red cat", "b": "", "c": "The cat!", "d": "no", "e": "x"}
NA_PROBS = {"e": 0.9, "d": 0.8, "c": 0.1, "b": 0.95, "a": 0.2}


def make_data(golds, version="v2.0", says_impossible=True):
    qas = [
        {
            "id": name,
            "question": "?",
            "answers": [{"text": text, "answer_start": 0} for text in texts],
            **({"is_impossible": not texts} if says_impossible else {}),
        }
        for name, texts in golds.items()
    ]
    return {"version": version, "data": [{"paragraphs": [{"context": "", "qas": qas}]}]}


def write_json(path, content):
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.fixture
def files(tmp_path):
    return [
        write_json(tmp_path / "data.json", make_data(GOLDS)),
        write_json(tmp_path / "predictions.json", PREDICTIONS),
        write_json(tmp_path / "na.json", NA_PROBS),
    ]


def run(python, *arguments):
    command = [python, "-B", str(CODE / "evaluate.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env={"LC_ALL": "C"})


# --- the official algorithm, another way -------------------------------------------------------


def official_words(text):
    letters = [c for c in text.lower() if c not in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"]
    runs = ["".join(run) for _, run in itertools.groupby(letters, str.isalnum)]
    return "".join(" " if run in ("a", "an", "the") else run for run in runs).split()


def official_f1(words, gold):
    if not words or not gold:
        return words == gold
    same = sum(min(count, gold.count(word)) for word, count in Counter(words).items())
    precision, recall = same / len(words), same / len(gold)
    return same and 2 * precision * recall / (precision + recall)


def official_raw(golds, predictions):
    exact, f1 = {}, {}
    for name, texts in golds.items():
        words = official_words(predictions[name])
        candidates = [gold for text in texts if (gold := official_words(text))] or [[]]
        exact[name] = max(words == gold for gold in candidates)
        f1[name] = max(official_f1(words, gold) for gold in candidates)
    return exact, f1


def plain_sum(numbers):
    return [0, *itertools.accumulate(numbers, initial=0)][-1]


def official_group(results, prefix, scores, names):
    for key, values in zip(("exact", "f1"), scores, strict=True):
        results[prefix + key] = 100.0 * plain_sum(values[name] for name in names) / len(names)
    results[prefix + "total"] = len(names)


def official_best(golds, predictions, values, na_probs):
    """The best of the readers that answer the first k by rising probability, none to all."""
    order = sorted(na_probs, key=na_probs.get)
    gains = [values[name] if golds[name] else -1 if predictions[name] else 0 for name in order]
    scores = list(itertools.accumulate(gains, initial=sum(not texts for texts in golds.values())))
    k = scores.index(max(scores))
    return 100.0 * scores[k] / len(golds), na_probs[order[k - 1]] if k else 0.0


def official_precision(golds, values, na_probs):
    """Precision at each place where a threshold can be, weighted by the recall it adds."""
    ends, right, area, before = 0, 0.0, 0.0, 0.0
    order, total = sorted(na_probs, key=na_probs.get), sum(map(bool, golds.values()))
    for _, group in itertools.groupby(order, na_probs.get):
        for name in group:
            ends += 1
            right += values[name] if golds[name] else 0
        area += right / ends * (right / total - before)
        before = right / total
    return 100.0 * area


def official_scores(golds, predictions, na_probs=None, threshold=1.0):
    raw = official_raw(golds, predictions)
    withdrawn = {name for name, prob in (na_probs or {}).items() if prob > threshold}
    scores = [{n: not golds[n] if n in withdrawn else s for n, s in each.items()} for each in raw]
    results = {}
    for prefix, names in (
        ("", list(golds)),
        ("HasAns_", [name for name in golds if golds[name]]),
        ("NoAns_", [name for name in golds if not golds[name]]),
    ):
        if names:
            official_group(results, prefix, scores, names)
    if na_probs is not None:
        for key, values in zip(("exact", "f1"), raw, strict=True):
            best = official_best(golds, predictions, values, na_probs)
            results[f"best_{key}"], results[f"best_{key}_thresh"] = best
        for key, values in (("exact", raw[0]), ("f1", raw[1]), ("oracle", dict.fromkeys(golds, 1))):
            if any(golds.values()):
                results[f"pr_{key}_ap"] = official_precision(golds, values, na_probs)
    return results


# --- the metric --------------------------------------------------------------------------------


def test_averages_by_hand():
    """EM: b, c. F1: a 1/2 ("red cat" of "red dog"), b 1, c 1, d 0, e 2/3 ("x" of "x y")."""
    scores = evaluate_golds(list(GOLDS.items()), PREDICTIONS)
    f1 = 1 / 2 + 1 + 2 / 3
    assert scores == {
        "exact": 40.0,
        "f1": pytest.approx(100 * (f1 + 1) / 5),
        "total": 5,
        "HasAns_exact": pytest.approx(100 / 3),
        "HasAns_f1": pytest.approx(100 * f1 / 3),
        "HasAns_total": 3,
        "NoAns_exact": 50.0,
        "NoAns_f1": 50.0,
        "NoAns_total": 2,
    }
    assert list(scores)[:4] == ["exact", "f1", "total", "HasAns_exact"]


def test_thresholds_and_precision_by_hand():
    """By rising probability: c right, a half (EM 0), d wrong, e 2/3 (EM 0), b empty.

    No answer at all scores 2. EM: c makes it 3. F1: c and a 3.5, d 2.5, e 3.17.
    Precision and recall (of 3) of F1: 1 at 1/3, 3/4 at 1/2, (d: 1/2), 13/24 at 13/18.
    """
    scores = evaluate_golds(list(GOLDS.items()), PREDICTIONS, NA_PROBS)
    assert (scores["best_exact"], scores["best_exact_thresh"]) == (60.0, 0.1)
    assert (scores["best_f1"], scores["best_f1_thresh"]) == (70.0, 0.2)
    assert scores["pr_exact_ap"] == pytest.approx(100 / 3)
    assert scores["pr_f1_ap"] == pytest.approx(100 * (1 / 3 + 3 / 4 / 6 + 13 / 24 * 2 / 9))
    assert scores["pr_oracle_ap"] == pytest.approx(100 * (1 / 3 + 1 / 3 + 3 / 4 / 3))


def test_an_answer_above_the_threshold_is_withdrawn():
    scores = evaluate_golds(list(GOLDS.items()), PREDICTIONS, NA_PROBS, 0.5)
    assert (scores["exact"], scores["f1"]) == (60.0, 70.0)  # d is right now, e wrong
    assert scores["NoAns_exact"] == 100.0 and scores["best_exact"] == 60.0
    at = evaluate_golds(list(GOLDS.items()), PREDICTIONS, NA_PROBS, 0.8)
    assert at["NoAns_exact"] == 50.0  # not above: d stays


def test_two_texts_of_which_nothing_is_left_agree():
    assert question_scores([("1", ["the"])], {"1": "an"}) == ([1.0], [1.0])
    assert question_scores([("1", [])], {"1": "?!"}) == ([1.0], [1.0])
    assert question_scores([("1", ["the"])], {"1": "cat"}) == ([0.0], [0.0])


def test_a_question_without_a_prediction_gets_0_and_stays_in_every_average(capsys):
    answers = {name: text for name, text in PREDICTIONS.items() if name != "b"}
    scores = evaluate_golds(list(GOLDS.items()), answers, {**NA_PROBS, "unknown": 0.0})
    assert (scores["exact"], scores["total"], scores["NoAns_exact"]) == (20.0, 5, 0.0)
    assert (scores["best_exact"], scores["best_exact_thresh"]) == (40.0, 0.1)
    assert capsys.readouterr().err == "Unanswered question b will receive score 0.\n"


def test_data_of_one_kind_has_one_group():
    assert "NoAns_total" not in evaluate_golds([("1", ["x"])], {"1": "x"})
    scores = evaluate_golds([("1", [])], {"1": "x"}, {"1": 0.5})
    assert "HasAns_total" not in scores and "pr_f1_ap" not in scores
    assert (scores["best_f1"], scores["best_f1_thresh"]) == (100.0, 0.0)


TEXTS = st.lists(st.sampled_from("a the red dog cat's U.S. ?! é x y".split()), max_size=5).map(
    " ".join
)
QUESTIONS = st.tuples(
    st.lists(TEXTS, max_size=3),
    TEXTS,
    st.integers(0, 4).map(lambda i: i / 4) | st.floats(-9, 9) | st.integers(0, 1),
)


@given(st.lists(QUESTIONS, min_size=1, max_size=12), st.randoms(), st.floats(-1, 2))
def test_all_numbers_equal_the_official_ones_to_the_last_digit(cases, random, threshold):
    golds = {str(i): case[0] for i, case in enumerate(cases)}
    predictions = {str(i): case[1] for i, case in enumerate(cases)}
    pairs = [(str(i), case[2]) for i, case in enumerate(cases)]
    random.shuffle(pairs)  # the order of the file decides between equal ones
    questions, na_probs = list(golds.items()), dict(pairs)
    assert evaluate_golds(questions, predictions) == official_scores(golds, predictions)
    found = evaluate_golds(questions, predictions, na_probs, threshold)
    expected = official_scores(golds, predictions, na_probs, threshold)
    assert json.dumps(found) == json.dumps({key: expected[key] for key in found})
    assert set(found) == set(expected)


# --- the command -------------------------------------------------------------------------------


def test_prints_the_form_of_the_official_script(python, files):
    data, predictions, na_probs = files
    done = run(python, data, predictions)
    expected = json.dumps(official_scores(GOLDS, PREDICTIONS), indent=2) + "\n"
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, expected, b"")
    done = run(python, data, predictions, "--na_prob_file", na_probs, "--na_prob_thresh=0.5")
    expected = official_scores(GOLDS, PREDICTIONS, NA_PROBS, 0.5)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == expected


def test_equal_probabilities_stay_in_the_order_of_the_file_in_every_python(python, tmp_path):
    names = [f"q{i}" for i in (3, 1, 4, 15, 9, 2, 6, 5, 35, 8, 97, 93, 23, 84)]
    golds = {name: ["x"] if i % 2 else [] for i, name in enumerate(names)}
    predictions = {name: "x y" for name in names}
    na_probs = {name: i % 3 / 4 for i, name in enumerate(sorted(names))}
    contents = (make_data(golds), predictions, na_probs)
    paths = [write_json(tmp_path / f"{i}.json", each) for i, each in enumerate(contents)]
    done = run(python, *paths[:2], "-n", paths[2])
    assert json.loads(done.stdout) == official_scores(golds, predictions, na_probs)


FORMS = {  # version, whether is_impossible occurs, --metric -> which metric
    "v2.0 says so": ("v2.0", False, None, "v2.0"),
    "2.0 says so": ("2.0", False, None, "v2.0"),
    "a number says so": (2.0, False, None, "v2.0"),
    "is_impossible occurs": ("1.1", True, None, "v2.0"),
    "nothing says so": ("1.1", False, None, "v1.1"),
    "another version": ("21", False, None, "v1.1"),
    "overruled up": ("1.1", False, "v2.0", "v2.0"),
    "overruled down": ("v2.0", True, "v1.1", "v1.1"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_file_or_the_flag_says_which_metric(form, files, capsys):
    version, says_impossible, flag, metric = FORMS[form]
    write_json(files[0], make_data(GOLDS, version, says_impossible))
    flags = ["--metric", flag] if flag else []
    assert main([*map(str, files[:2]), *flags]) == 0
    out, err = capsys.readouterr()
    assert list(json.loads(out))[:2] == (["exact", "f1"], ["f1", "exact_match"])[metric == "v1.1"]
    warned = metric == "v1.1" and version != "1.1"
    assert err == f"Evaluation expects v-1.1, but got dataset with v-{version}\n" * warned


def test_rows_with_is_impossible_are_version_2(files, capsys):
    rows = [{"id": n, "answers": {"text": t}, "is_impossible": not t} for n, t in GOLDS.items()]
    files[0].write_text("\n".join(json.dumps({**row, "question": "?"}) for row in rows))
    assert main([str(path) for path in files[:2]]) == 0
    assert json.loads(capsys.readouterr().out) == official_scores(GOLDS, PREDICTIONS)


def test_what_is_called_impossible_has_no_answer_whatever_stands_there(files, capsys):
    data = make_data(GOLDS)
    data["data"][0]["paragraphs"][0]["qas"][2]["is_impossible"] = True  # c, which has "cat"
    paths = [str(write_json(files[0], data)), str(files[1])]
    assert main(paths) == 0
    assert json.loads(capsys.readouterr().out) == official_scores({**GOLDS, "c": []}, PREDICTIONS)
    assert main([*paths, "--metric=v1.1"]) == 0  # of five, b is right
    assert json.loads(capsys.readouterr().out)["exact_match"] == 20.0


NOT_FINITE = '{{file}}: expected a finite number for "a", got {}'
BROKEN = {
    "a list": ([0.5], "{file}: expected an object with question ids and probabilities, got a list"),
    "text": ({"a": "0.5"}, NOT_FINITE.format('"0.5"')),
    "null": ({"a": None}, NOT_FINITE.format("null")),
    "true": ({"a": True}, NOT_FINITE.format("true")),
    "nan": ({"a": float("nan")}, NOT_FINITE.format("NaN")),
    "infinite": ({"a": float("inf")}, NOT_FINITE.format("Infinity")),
    "too large": ({"a": 10**309}, NOT_FINITE.format("1" + "0" * 38 + "\u2026")),
    "some are missing": (
        {"a": 0.5, "b": 1},
        "{file}: expected a number for each question with a prediction, got none for "
        '"c" (the first of 3 such, of 5 questions)',
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_probabilities_are_named_in_one_line(python, name, files):
    content, message = BROKEN[name]
    write_json(files[2], content)
    done = run(python, *files[:2], "--na_prob_file", files[2])
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == f"error: {message.format(file=files[2])}\n"


def test_flags_that_do_not_fit_are_one_line(files, capsys):
    data, predictions, na_probs = map(str, files)
    assert main([data, predictions, "--metric=v1.1", "--na_prob_file", na_probs]) == 1
    message = f"expected SQuAD v2.0 (or --metric=v2.0), got {data}, scored as v1.1"
    assert capsys.readouterr() == ("", f"error: --na_prob_file: {message}\n")
    assert main([data, predictions, "--na_prob_thresh=0.5"]) == 1
    message = "expected --na_prob_file with it, got none"
    assert capsys.readouterr() == ("", f"error: --na_prob_thresh: {message}\n")
    assert main([data, predictions, "-n", na_probs, "--na_prob_thresh=nan"]) == 1
    assert capsys.readouterr().err == "error: --na_prob_thresh: expected a number, got nan\n"


def test_another_metric_is_wrong_usage(files):
    done = run(sys.executable, *files[:2], "--metric=v3")
    assert done.returncode == 2 and b"v1.1" in done.stderr
