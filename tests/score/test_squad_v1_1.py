"""What the official metric promises: its formula, its digits in every Python, its errors.

Expected values come from arithmetic by hand, from `official_*` below (the official algorithm,
letter by letter, without its regular expression), and from what the official script printed.
"""

import gzip
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from squad_reader.errors import InputError
from squad_reader.score import evaluation, python2
from squad_reader.score.evaluation import main
from squad_reader.score.squad_v1_1 import (
    added,
    best_scores,
    evaluate,
    exact_match_score,
    f1_score,
    metric_max_over_ground_truths,
    normalize_answer,
    question_scores,
)

CODE = Path(__file__).parents[2] / "code"
WORDS = "a an the The thee A cat cats dog's U.S. $1,000 é Éa a-b x_a ½ 北京 — “the” 'an' ß ΟΔΟΣ I"
SPACES = [" ", "  ", "\t", "\n", "\u00a0", "\u3000", "\u200b", "-", ".", ""]
UGLY = st.builds(
    lambda pairs: "".join(itertools.chain.from_iterable(pairs)),
    st.lists(st.tuples(st.sampled_from(WORDS.split()), st.sampled_from(SPACES)), max_size=6),
)
TEXTS = UGLY | st.text(max_size=20)

# question id -> (gold answers, prediction or None where there is none, EM, F1), by hand
UGLY_CASES = {
    "plain": (["Denver Broncos"], "Denver Broncos", 1, 1.0),
    "case, article, full stop": (["Denver Broncos"], "the DENVER  broncos.", 1, 1.0),
    "half right": (["a red dog"], "red cat", 0, 1 / 2),  # precision 1/2, recall 1/2
    "best gold is the last": (["x", "y z", "y"], "y", 1, 1.0),
    "EM and F1 of no gold": (["one two three", "four five"], "two five", 0, 1 / 2),
    "repeated words count once each": (["ha ha"], "ha ha ha", 0, 4 / 5),  # 2/3 and 1
    "only an article": (["the"], "an", 1, 0.0),  # both are empty once normalised
    "only punctuation": (["U.S."], "?!", 0, 0.0),
    "hyphen joins words": (["twenty-two"], "twentytwo", 1, 1.0),
    "dash in no ASCII table stays": (["1914–18"], "1914 18", 0, 0.0),
    "curly quotes stay": (["“cat”"], "cat", 0, 0.0),
    "article between curly quotes goes": (["“the” cat"], "“ ” cat", 1, 1.0),
    "a is no article inside a word": (["ça va"], "ç va", 0, 1 / 2),
    "no-break and wide spaces split": (["Pokémon\u00a0Go"], "pokémon\u3000GO", 1, 1.0),
    "zero-width space does not": (["no\u200bwhere"], "no where", 0, 0.0),
    "emoji": (["I ♥ 🎉"], "i ♥ 🎉!", 1, 1.0),
    "Chinese is one word": (["北京大学"], "北京", 0, 0.0),
    "lower case is not folding": (["Straße"], "STRASSE", 0, 0.0),
    "final sigma": (["ΟΔΟΣ"], "οδος", 1, 1.0),
    "dotted capital I": (["İzmir"], "i\u0307zmir", 1, 1.0),
    "combining accent is another text": (["café"], "cafe\u0301", 0, 0.0),
    "not answered": (["é"], None, 0, 0.0),
    "no gold, empty answer": ([], "The", 1, 1.0),  # SQuAD v2.0's rule
    "no gold, some answer": ([], "cat", 0, 0.0),
    "no gold, not answered": ([], None, 0, 0.0),
}


def make_dataset(golds_by_id):
    """A SQuAD "data" list; two questions a paragraph, so that all loops run more than once."""
    ids = list(golds_by_id)
    paragraphs = [
        {
            "context": "",
            "qas": [
                {
                    "id": question_id,
                    "question": "?",
                    "answers": [{"text": t, "answer_start": 0} for t in golds_by_id[question_id]],
                }
                for question_id in ids[i : i + 2]
            ],
        }
        for i in range(0, len(ids), 2)
    ]
    return [{"title": f"Title {i}", "paragraphs": [p]} for i, p in enumerate(paragraphs)]


def ugly_dataset_and_predictions():
    dataset = make_dataset({name: case[0] for name, case in UGLY_CASES.items()})
    return dataset, {name: case[1] for name, case in UGLY_CASES.items() if case[1] is not None}


def write_json(path, content):
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def files(tmp_path):
    dataset, predictions = ugly_dataset_and_predictions()
    return (
        write_json(tmp_path / "data.json", {"version": "1.1", "data": dataset}),
        write_json(tmp_path / "predictions.json", predictions),
    )


# --- the official algorithm, another way -------------------------------------------------------


def official_normalise(text):
    letters = [c for c in text.lower() if c not in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"]
    runs = ["".join(run) for _, run in itertools.groupby(letters, str.isalnum)]
    return " ".join("".join(" " if run in ("a", "an", "the") else run for run in runs).split())


def official_f1(prediction, gold):
    words, left = official_normalise(prediction).split(), official_normalise(gold).split()
    num_gold, same = len(left), 0
    for word in words:
        if word in left:
            left.remove(word)
            same += 1
    if same == 0:
        return 0
    precision, recall = same / len(words), same / num_gold
    return 2 * precision * recall / (precision + recall)


def official_scores(golds_by_id, predictions):
    total_f1 = total_exact = 0
    for question_id, golds in golds_by_id.items():
        if question_id in predictions:
            answer = predictions[question_id]
            total_exact += max(official_normalise(answer) == official_normalise(g) for g in golds)
            total_f1 += max(official_f1(answer, gold) for gold in golds)
    count = len(golds_by_id)
    return {"f1": 100.0 * total_f1 / count, "exact_match": 100.0 * total_exact / count}


# --- the metric --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", UGLY_CASES)
def test_worked_examples(name):
    golds, prediction, exact, f1 = UGLY_CASES[name]
    if prediction is not None:
        assert best_scores(prediction, golds) == (exact, pytest.approx(f1, abs=1e-15))


def test_average_of_the_worked_examples(capsys):
    dataset, predictions = ugly_dataset_and_predictions()
    scores = evaluate(dataset, predictions)
    exact = sum(case[2] for case in UGLY_CASES.values())
    f1 = sum(case[3] for case in UGLY_CASES.values())
    assert (exact, f1) == (11, pytest.approx(10 + 3 / 2 + 4 / 5))
    assert scores["exact_match"] == 100.0 * exact / 25
    assert scores["f1"] == pytest.approx(100.0 * f1 / 25, abs=1e-12)
    assert list(scores) == ["f1", "exact_match"]
    assert capsys.readouterr().err.splitlines() == [
        "Unanswered question not answered will receive score 0.",
        "Unanswered question no gold, not answered will receive score 0.",
    ]


def test_each_question_has_its_scores_in_the_order_of_the_file(capsys):
    golds = [(name, case[0]) for name, case in UGLY_CASES.items()]
    exact_matches, f1s = question_scores(golds, ugly_dataset_and_predictions()[1])
    assert exact_matches == [case[2] for case in UGLY_CASES.values()]
    assert f1s == pytest.approx([case[3] for case in UGLY_CASES.values()], abs=1e-15)
    assert len(capsys.readouterr().err.splitlines()) == 2  # the two that are not answered


def test_scores_are_added_one_by_one_on_every_python():
    """Exactly, 2 ** 53 + 1 + 1 is even and has a float; added one by one, each 1 is lost."""
    assert added([2.0**53, 1.0, 1.0]) == 2.0**53
    assert added([1.0, 1.0, 2.0**53]) == 2.0**53 + 2


@given(TEXTS)
def test_normalising_equals_the_official_one(text):
    assert normalize_answer(text) == official_normalise(text)


@given(TEXTS, TEXTS)
def test_scores_of_one_gold_equal_the_official_ones(prediction, gold):
    assert f1_score(prediction, gold) == official_f1(prediction, gold)
    same = official_normalise(prediction) == official_normalise(gold)
    assert exact_match_score(prediction, gold) is same


@given(st.lists(st.tuples(st.lists(UGLY, min_size=1, max_size=4), st.none() | UGLY), min_size=1))
def test_averages_equal_the_official_ones_to_the_last_digit(cases):
    golds_by_id = {str(i): golds for i, (golds, _) in enumerate(cases)}
    predictions = {str(i): answer for i, (_, answer) in enumerate(cases) if answer is not None}
    assert evaluate(make_dataset(golds_by_id), predictions) == official_scores(
        golds_by_id, predictions
    )


@given(TEXTS, st.lists(TEXTS, min_size=1, max_size=4))
def test_best_scores_are_the_best_over_the_golds(prediction, golds):
    assert best_scores(prediction, golds) == (
        metric_max_over_ground_truths(exact_match_score, prediction, golds),
        metric_max_over_ground_truths(f1_score, prediction, golds),
    )


def test_predictions_of_unknown_questions_do_not_matter():
    dataset = make_dataset({"1": ["cat"]})
    assert evaluate(dataset, {"1": "cat", "2": "dog"}) == {"f1": 100.0, "exact_match": 100.0}


def test_a_question_id_that_comes_twice_counts_twice():
    dataset = make_dataset({"1": ["cat"]}) + make_dataset({"1": ["dog"]})
    assert evaluate(dataset, {"1": "cat"}) == {"f1": 50.0, "exact_match": 50.0}


@pytest.mark.parametrize("dataset", [[], [{"paragraphs": []}], [{"paragraphs": [{"qas": []}]}]])
def test_no_question_is_an_error_not_a_division_by_zero(dataset):
    with pytest.raises(InputError, match="at least one question"):
        evaluate(dataset, {})


def eight_words_for_each_question(dataset):
    """Predictions by a fixed rule: question i of a paragraph gets its words 3i to 3i+7."""
    return {
        question["id"]: " ".join(paragraph["context"].split()[3 * i : 3 * i + 8])
        for article in dataset
        for paragraph in article["paragraphs"]
        for i, question in enumerate(paragraph["qas"])
    }


@pytest.mark.parametrize(
    ("name", "f1", "exact_match"),
    [
        ("tiny-dev.json", 6.577827864864894, 0.12345679012345678),
        ("dev-v1.1.json", 8.546902816222403, 0.06622516556291391),
    ],
)
def test_real_data_scores_what_the_official_script_printed(real_squad, name, f1, exact_match):
    content, zipped = real_squad(name).read_bytes(), b"\x1f\x8b"
    content = gzip.decompress(content) if content.startswith(zipped) else content
    dataset = json.loads(content)["data"]
    scores = evaluate(dataset, eight_words_for_each_question(dataset))
    assert scores == {"f1": f1, "exact_match": exact_match}


def test_all_of_dev_takes_a_fraction_of_a_second():
    rng = random.Random(0)
    words = [f"word{i}" for i in range(2000)]
    texts = {str(i): [" ".join(rng.choices(words, k=3)) for _ in range(4)] for i in range(10_570)}
    dataset = make_dataset({question_id: t[:3] for question_id, t in texts.items()})
    predictions = {question_id: t[3] for question_id, t in texts.items()}
    start = time.process_time()
    evaluate(dataset, predictions)
    assert time.process_time() - start < 1.5  # 0.25 s where this was written


# --- the command -------------------------------------------------------------------------------


def run(python, *arguments, folder=None, **environ):
    """Run evaluate.py from another folder, with almost no environment variables."""
    command = [python, "-B", str(CODE / "evaluate.py"), *map(str, arguments)]
    environ = {"LC_ALL": "C", **environ}
    return subprocess.run(command, capture_output=True, cwd=folder, env=environ)


def test_prints_one_line_in_the_form_of_the_2018_code(python, files, tmp_path):
    done = run(python, *files, folder=tmp_path)
    expected = evaluate(*ugly_dataset_and_predictions())
    line = f'{{"f1": {expected["f1"]!r}, "exact_match": {expected["exact_match"]!r}}}\n'
    assert (done.returncode, done.stdout.decode()) == (0, line)
    assert done.stderr.decode() == (
        "Unanswered question not answered will receive score 0.\n"
        "Unanswered question no gold, not answered will receive score 0.\n"
    )


def test_output_that_nobody_takes_is_one_line_and_no_success(python, files):
    command = [python, "-B", str(CODE / "evaluate.py"), *map(str, files)]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines()[2:] == [
        "error: the scores cannot be printed: No space left on device"
    ]


@pytest.mark.skipif(os.name != "posix", reason="the shell's way to close them")
@pytest.mark.parametrize(
    ("streams", "status", "scored", "told"),
    [(">&-", 1, False, True), ("2>&-", 0, True, False), ("2>/dev/full", 0, True, False)],
)
def test_a_stream_that_is_lost_loses_its_own_lines_alone(
    python, files, streams, status, scored, told
):
    command = ["sh", "-c", f'"$@" {streams}', "sh", python, "-B", str(CODE / "evaluate.py")]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True)
    assert done.returncode == status
    assert done.stdout.startswith('{"f1"') == scored
    assert done.stdout.count("\n") == scored
    lines = done.stderr.splitlines()
    assert lines[2:] == ["error: the scores cannot be printed: Bad file descriptor"] * told


def test_scores_from_gzip_are_the_same(python, files, tmp_path):
    packed = [tmp_path / (path.name + ".gz") for path in files]
    for path, pack in zip(files, packed, strict=True):
        pack.write_bytes(gzip.compress(path.read_bytes()))
    assert run(python, *packed).stdout == run(python, *files).stdout != b""


def test_a_byte_order_mark_of_windows_is_no_error(python, files):
    plain = run(python, *files).stdout
    for path in files:
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert run(python, *files).stdout == plain != b""


def random_texts():
    """Texts of letters that Unicode 3.2 knew (Python 2.7 knows 5.2) and that kept their case."""
    rng = random.Random(0)
    known = unicodedata.ucd_3_2_0
    codes = [i for i in range(0x2FFFF) if known.category(chr(i)) not in ("Cn", "Cs", "Co")]
    codes = [i for i in codes if not unicodedata.name(chr(i), "").startswith(("GEOR", "CHEROKEE"))]
    special = ["Σ", "İ", "\u180e", "a", "an", "the", " ", "\u0345", "'", "\u00ad", "ª", "ⅰ"]
    for _ in range(3000):
        yield "".join(
            rng.choice([chr(rng.choice(codes)), rng.choice(special), chr(rng.randrange(128))])
            for _ in range(rng.randrange(12))
        )


def test_every_python_normalises_alike(python, tmp_path):
    texts = [chr(i) for i in range(0x250)] + list(random_texts())
    path = write_json(tmp_path / "texts.json", texts)
    code = (
        "import io, json, sys; sys.path.insert(0, sys.argv[1])\n"
        "from squad_reader.score.squad_v1_1 import normalize_answer\n"
        "texts = json.load(io.open(sys.argv[2], encoding='utf-8'))\n"
        "print(json.dumps([normalize_answer(text) for text in texts]))\n"
    )
    done = subprocess.run([python, "-B", "-c", code, CODE, path], capture_output=True, check=True)
    for text, normalised in zip(texts, json.loads(done.stdout), strict=True):
        # In Python 2 a word joiner stands for U+180E, which was a space once.
        expected, got = (
            t.replace("\u180e", "\u2060") for t in (official_normalise(text), normalised)
        )
        assert got == expected, ascii(text)


def test_every_python_prints_the_same_digits(python, tmp_path):
    texts = iter(random_texts())
    golds = {f"é{i}": [next(texts), next(texts)] for i in range(900)}
    answers = {f"é{i}": " ".join([*golds[f"é{i}"], next(texts)][i % 4 :]) for i in range(890)}
    dataset = {"version": "1.1", "data": make_dataset(golds)}
    data, predictions = tmp_path / "é.json", tmp_path / "prédictions.json"
    done = run(python, write_json(data, dataset), write_json(predictions, answers))
    assert json.loads(done.stdout) == official_scores(golds, answers)
    warnings = done.stderr.decode("utf-8" if b"\xc3" in done.stderr else "unicode-escape")
    assert warnings.splitlines() == [
        f"Unanswered question é{i} will receive score 0." for i in range(890, 900)
    ]


@given(st.text(alphabet="Σσ aAΑ1.'’-\u0301\u00adªⅠʰİ", max_size=8) | st.text(max_size=8))
def test_lower_of_python_2_has_the_rules_of_python_3(text):
    # Under Python 3 it lowers each letter alone, so without the rule of the final sigma.
    if "\u180e" not in text:
        assert python2.lower(text) == text.lower()


@pytest.mark.parametrize("version", ["1.2", "v1.1", None, 1.1])
def test_another_version_is_scored_with_the_official_warning(python, files, version):
    content = json.loads(files[0].read_text(encoding="utf-8"))
    before = run(python, *files)
    done = run(python, write_json(files[0], {**content, "version": version}), *files[1:])
    line = f"Evaluation expects v-1.1, but got dataset with v-{version}\n"
    assert done.stderr.decode() == line + before.stderr.decode()
    assert (done.returncode, done.stdout) == (0, before.stdout)


def test_data_without_a_version_is_scored_with_the_warning(files, capsys):
    content = json.loads(files[0].read_text(encoding="utf-8"))
    assert main([str(write_json(files[0], cut(content, "version"))), str(files[1])]) == 0
    warning = "Evaluation expects v-1.1, but got dataset with v-(none)\n"
    assert capsys.readouterr().err.startswith(warning)


def cut(content, *keys):
    """A copy of JSON content without the part that the keys lead to."""
    content = json.loads(json.dumps(content))
    part = content
    for key in keys[:-1]:
        part = part[key]
    del part[keys[-1]]
    return content


def put(content, value, *keys):
    content = json.loads(json.dumps(content))
    part = content
    for key in keys[:-1]:
        part = part[key]
    part[keys[-1]] = value
    return content


DATA = {"version": "1.1", "data": make_dataset({"q1": ["cat"], "q2": ["dog"], "q3": ["é"]})}
PREDICTIONS = {"q1": "cat", "q2": "dog", "q3": "é"}
PARAGRAPH = ("data", 1, "paragraphs", 0)
QUESTION = (*PARAGRAPH, "qas", 0)
COUNT = " (numbers count from 0)"
PLACE = 'article 1 "Title 1", paragraph 0'

BROKEN_DATA = {
    "an empty list": ([], "{file}: expected at least one question, got none"),
    "null": (None, '{file}: expected an object with "data", got null'),
    "no data": (cut(DATA, "data"), '{file}: expected a key "data", got none'),
    "data is text": (put(DATA, "x", "data"), '{file}: expected "data" to be a list, got "x"'),
    "article is text": (
        put(DATA, "x", "data", 1),
        '{file}: article 1COUNT: expected an object with "paragraphs", got "x"',
    ),
    "no paragraphs": (
        cut(DATA, "data", 1, "paragraphs"),
        '{file}: article 1 "Title 1"COUNT: expected a key "paragraphs", got none',
    ),
    "no qas": (cut(DATA, *PARAGRAPH, "qas"), '{file}: PLACECOUNT: expected a key "qas", got none'),
    "no id": (
        cut(DATA, *QUESTION, "id"),
        '{file}: PLACE, question 0COUNT: expected a key "id", got none',
    ),
    "id is true": (
        put(DATA, True, *QUESTION, "id"),
        '{file}: PLACE, question 0COUNT: expected "id" to be text or a whole number, got true',
    ),
    "id comes twice": (
        put(DATA, "q2", *QUESTION, "id"),
        '{file}: PLACE, question 0COUNT: expected a new id, got "q2"; "q2" came before, in '
        'article 0 "Title 0", paragraph 0',
    ),
    "no answers": (
        cut(put(DATA, None, *QUESTION, "answers"), "data", 0, "paragraphs", 0, "qas", 1, "answers"),
        '{file}: expected "answers" of every question, to score, got none of question "q2" (the '
        "first of 2 such, of 3 questions)",
    ),
    "answers are text": (
        put(DATA, "x", *QUESTION, "answers"),
        '{file}: PLACE, question "q3"COUNT: expected "answers" to be a list, got "x"',
    ),
    "answers is an empty object": (
        put(DATA, {}, *QUESTION, "answers"),
        '{file}: PLACE, question "q3"COUNT: expected a key "text", got none',
    ),
    "no text": (
        cut(DATA, *QUESTION, "answers", 0, "text"),
        '{file}: PLACE, question "q3"COUNT: expected a key "text", got none',
    ),
    "text is null": (
        put(DATA, None, *QUESTION, "answers", 0, "text"),
        '{file}: PLACE, question "q3"COUNT: expected "text" to be text, got null',
    ),
    "no question": (put(DATA, [], "data"), "{file}: expected at least one question, got none"),
    "title in two lines": (
        put(cut(DATA, *PARAGRAPH, "qas"), "A\nB\x1b\x85", "data", 1, "title"),
        '{file}: article 1 "A\\nB\\u001b\\x85", paragraph 0COUNT: expected a key "qas", got none',
    ),
    "id in two lines": (
        put(put(DATA, "A\r\nB\u2028", *QUESTION, "id"), 1, *QUESTION, "answers"),
        '{file}: PLACE, question "A\\r\\nB\\u2028"COUNT: expected "answers" to be a list, got 1',
    ),
}
BROKEN_PREDICTIONS = {
    "null": (None, "{file}: expected an object with question ids and answers, got null"),
    "a list": (["cat"], "{file}: expected an object with question ids and answers, got a list"),
    "null answer": (
        {**PREDICTIONS, "q2": None},
        '{file}: expected the answer to "q2" to be text, got null',
    ),
    "answer in a list": (
        {"q2": ["dog"]},
        '{file}: expected the answer to "q2" to be text, got a list',
    ),
    "number": ({"q\n2": 3.5}, '{file}: expected the answer to "q\\n2" to be text, got 3.5'),
}
BROKEN_BYTES = {
    "not JSON": (b'{"q1": ', "{file}: expected JSON in UTF-8, got: "),
    "empty": (b"", "{file}: expected JSON in UTF-8, got: "),
    "not UTF-8": (b'{"q1": "\xe9"}', "{file}: expected JSON in UTF-8, got: "),
    "nested without end": (b"[" * 200_000, "{file}: expected JSON in UTF-8, got: "),
    "cut gzip": (gzip.compress(b"{}" * 99)[:-9], "{file}: cannot be read: "),
    "cut gzip header": (gzip.compress(b"{}")[:5], "{file}: cannot be read: "),
    "broken gzip": (b"\x1f\x8b\x08\x00" + b"\xff" * 40, "{file}: cannot be read: "),
}


def error_line(done):
    """The one line on stderr of a run that failed and printed nothing else."""
    assert done.stdout == b"" and done.returncode == 1
    (line,) = done.stderr.decode().splitlines()
    return line


@pytest.mark.parametrize("name", BROKEN_DATA)
def test_broken_data_is_named_in_one_line(name, tmp_path, capsys):
    content, message = BROKEN_DATA[name]
    data = write_json(tmp_path / "data.json", content)
    assert main([str(data), str(write_json(tmp_path / "p.json", PREDICTIONS))]) == 1
    out, err = capsys.readouterr()
    message = message.replace("PLACE", PLACE).replace("COUNT", COUNT).format(file=data)
    assert (out, err) == ("", f"error: {message}\n")


@pytest.mark.parametrize("name", BROKEN_PREDICTIONS)
def test_broken_predictions_are_named_in_one_line(name, tmp_path, capsys):
    content, message = BROKEN_PREDICTIONS[name]
    predictions = write_json(tmp_path / "p.json", content)
    assert main([str(write_json(tmp_path / "data.json", DATA)), str(predictions)]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"error: {message.format(file=predictions)}\n")


@pytest.mark.parametrize("name", BROKEN_BYTES)
@pytest.mark.parametrize("which", [0, 1])
def test_unreadable_files_are_named_in_one_line(python, files, which, name):
    content, message = BROKEN_BYTES[name]
    files[which].write_bytes(content)
    line = error_line(run(python, *files))
    assert line.startswith("error: " + message.format(file=files[which]))
    assert len(line) < 300 + len(str(files[which]))


@pytest.mark.parametrize("which", [0, 1])
def test_missing_files_and_folders_are_named_in_one_line(python, files, which):
    files[which].unlink()
    assert error_line(run(python, *files)).startswith(f"error: {files[which]}: cannot be read: No ")
    files[which].mkdir()
    assert error_line(run(python, *files)).startswith(f"error: {files[which]}: cannot be read: Is ")


def test_odd_names_of_files_and_titles_are_no_traceback(python, tmp_path):
    data = put(DATA, "Beyoncé", "data", 0, "title")
    path = write_json(tmp_path / "é.json", put(data, 1, "data", 0, "paragraphs"))
    line = error_line(run(python, path, path))
    assert line.endswith('expected "paragraphs" to be a list, got 1') and "article 0" in line


def rows(golds_by_id):
    """Lines as the library `datasets` writes them."""
    return "".join(
        json.dumps({"id": i, "answers": {"text": golds, "answer_start": []}, "context": "?"}) + "\n"
        for i, golds in golds_by_id.items()
    )


ODD_DATA = {
    "ids are whole numbers": json.dumps(
        put(put(DATA, 5, *QUESTION, "id"), 10**20, "data", 0, "paragraphs", 0, "qas", 0, "id")
    ),
    "no title": json.dumps(put(cut(DATA, "data", 0, "title"), None, "data", 1, "title")),
    "no place": json.dumps(
        put(
            put(DATA, [{"text": "é"}], *QUESTION, "answers"),
            [{"text": "cat", "answer_start": None}],
            *("data", 0, "paragraphs", 0, "qas", 0, "answers"),
        )
    ),
    "rows": rows({"q1": ["cat"], "q2": ["dog", "x"], "q3": ["é"]}),
}
ODD_PREDICTIONS = {"q1": "cat", "q2": "dogs", "q3": "É", "5": "é", str(10**20): "cat"}


@pytest.mark.parametrize("name", ODD_DATA)
def test_files_of_other_tools_are_scored(python, tmp_path, name):
    (tmp_path / "data").write_text(ODD_DATA[name], encoding="utf-8")
    done = run(python, tmp_path / "data", write_json(tmp_path / "p.json", ODD_PREDICTIONS))
    assert json.loads(done.stdout) == {"f1": 200.0 / 3, "exact_match": 200.0 / 3}
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_letter_that_stderr_cannot_print_is_escaped(python, files):
    files[1].write_text("{}")
    content = json.loads(files[0].read_text("utf-8"))
    write_json(files[0], put(content, "é\n\x1b", "data", 0, "paragraphs", 0, "qas", 0, "id"))
    done = run(python, *files, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    first = done.stderr.decode("ascii").splitlines()[0]
    assert first == r"Unanswered question \xe9\n\x1b will receive score 0."


def test_ctrl_c_is_one_line(python, files, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    command = [python, "-B", str(CODE / "evaluate.py"), str(tmp_path / "pipe"), str(files[1])]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with open(tmp_path / "pipe", "wb"):  # waits until the process opens it for reading
        while process.poll() is None:  # a signal just before the read is handled only after it
            process.send_signal(signal.SIGINT)
            time.sleep(0.05)
        out, err = process.communicate()
    assert (process.returncode, out, err) == (130, b"", b"evaluate.py: stopped\n")


def test_ctrl_c_while_starting_is_one_line(python, tmp_path):
    shutil.copy(CODE / "evaluate.py", tmp_path)
    (tmp_path / "squad_reader").mkdir()
    stop = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nwhile True: pass\n"
    (tmp_path / "squad_reader" / "__init__.py").write_text(stop)
    done = subprocess.run([python, "-B", tmp_path / "evaluate.py"], capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (130, b"evaluate.py: stopped\n")


def test_ctrl_c_in_the_installed_command_is_one_line(monkeypatch, capsys):
    def stop(path):
        raise KeyboardInterrupt

    monkeypatch.setattr(evaluation, "read_scored_file", stop)
    assert main(["a", "b"]) == 130
    assert capsys.readouterr() == ("", "evaluate.py: stopped\n")


def test_wrong_usage_shows_the_usage(python):
    done = run(python, "only-one.json")
    assert done.returncode == 2 and done.stdout == b""
    assert b"usage: evaluate.py [-h] DATA PREDICTIONS" in done.stderr


def test_help_names_both_files(python):
    done = run(python, "--help")
    assert done.returncode == 0 and done.stderr == b""
    assert b"DATA" in done.stdout and b"PREDICTIONS" in done.stdout


def test_only_the_standard_library_is_loaded():
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); before = set(sys.modules)\n"
        "import squad_reader.score.evaluation, squad_reader.score.squad_v2_0\n"
        "print(*{name.split('.')[0] for name in set(sys.modules) - before})\n"
    )
    command = [sys.executable, "-B", "-c", code, CODE]
    roots = set(subprocess.run(command, capture_output=True, text=True).stdout.split())
    assert "squad_reader" in roots and "gzip" not in roots
    assert roots - set(sys.stdlib_module_names) == {"squad_reader"}


def cpu_seconds(*command):
    """The least processor time of five runs, which other work on the machine does not stretch."""
    resource = pytest.importorskip("resource", reason="processor time of a child needs POSIX")
    times = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


def test_starts_in_under_a_tenth_of_a_second(python):
    nothing = cpu_seconds(python, "-B", "-c", "pass")
    start = cpu_seconds(python, "-B", str(CODE / "evaluate.py"), "--help")
    assert start - nothing < 0.1  # 0.03 s where this was written
