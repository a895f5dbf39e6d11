"""Every number of a small report, by hand."""

import hashlib
import json

import pytest

from squad_reader.report.contents import as_json
from squad_reader.score.squad_v2_0 import evaluate_golds

MORE = " and 80 more; report.json has all of them"


def about(rows, key="f1"):
    return {row["name"]: row[key]["over_clusters"]["mean"] for row in rows}


def test_scores_by_hand(small):
    # F1 of first: 1, 1/2, 4/5, 0, 0; of second: 1, 1, 2/3, 0, none
    readers = small.contents["readers"]
    assert about(readers) == pytest.approx({"first": 46.0, "second": 100 * (8 / 3) / 5})
    assert about(readers, "exact_match") == {"first": 20.0, "second": 40.0}


def test_what_is_odd_about_the_files_is_listed(small):
    first, second = small.contents["readers"]
    assert (first["missing"], first["unknown"], first["repeated"]) == ([], [], [])
    assert (second["missing"], second["unknown"]) == (["q5"], ["other"])
    assert second["signature_fields"]["unanswered"] == "1"


def test_the_signature_names_the_bytes_of_the_data(small):
    fields = small.contents["readers"][0]["signature_fields"]
    data = (small.out.parent / "data.json").read_bytes()
    assert fields["sha256"] == hashlib.sha256(data).hexdigest()
    assert fields["bootstrap"] == "2 paragraphs,500 resamples,seed 1,95%"
    assert fields["metric"] == "squad-v1.1" and fields["questions"] == "5"


def test_people_by_hand(small):
    second, third = small.contents["humans"]
    assert (second["questions"], second["left_out"]) == (4, 1)
    assert second["exact_match"]["mean"] == 50.0
    assert second["f1"]["mean"] == pytest.approx(100 * (1 + 2 / 3 + 1 / 2 + 1) / 4)
    assert (third["questions"], third["left_out"]) == (3, 2)
    assert third["exact_match"]["mean"] == pytest.approx(100 / 3)
    assert third["f1"]["mean"] == pytest.approx(100 * (2 / 3 + 4 / 5 + 1) / 3)
    # Against the other answers: "1931" has 2/3 with "May 1931", "sold 12 red" 1/2 with "12".
    reader = second["readers"]["second"]
    assert reader["f1"]["mean"] == pytest.approx(100 * (1 + 2 / 3 + 1 / 2 + 0) / 4)
    assert reader["exact_match"]["mean"] == 25.0


def test_the_comparison_by_hand(small):
    (row,) = small.contents["comparisons"]
    assert row["right"] == {"both": 1, "only_first": 0, "only_second": 1, "neither": 3}
    assert row["f1"]["difference"]["mean"] == pytest.approx(100 * (8 / 3 - 2.3) / 5)
    assert row["exact_match"]["difference"]["mean"] == 20.0


def test_kinds_of_error_by_hand(small):
    counts = {
        name: {row["key"]: row["questions"] for row in rows if row["questions"]}
        for name, rows in small.contents["error_kinds"].items()
    }
    kinds = ["right", "too_short", "shifted", "same_sentence", "empty"]
    assert counts["first"] == dict.fromkeys(kinds, 1)
    last = {"shifted": 1, "other_sentence": 1, "missing": 1}
    assert counts["second"] == {"right": 2, **last}


def test_the_errors_are_those_of_the_better_reader(small, made):
    errors = small.contents["errors"]
    assert (errors["reader"], errors["wrong"], errors["surest"]) == ("second", 3, False)
    assert [row["id"] for row in errors["shown"]] == ["q3", "q4", "q5"]
    row = errors["shown"][0]
    assert (row["answer"], row["kind"], row["others"]) == (
        "sold 12 red",
        "shifted",
        {"first": "red boats"},
    )
    (start, end) = row["answer_places"][0]
    assert made.ANN[start:end] == "sold 12 red"
    assert [made.ANN[a:b] for a, b in row["gold_places"]] == ["12", "12 red boats"]


def test_about_the_data(small):
    about = small.contents["data"]
    assert (about["questions"], about["contexts"], about["articles"]) == (5, 2, 2)
    assert about["clusters"]["unit"] == "paragraphs" and about["clusters"]["number"] == 2
    assert "Expected at least 30 articles" in about["clusters"]["warning"]
    assert small.contents["nbest"] == {} and small.contents["seeds"]["groups"] == []


def test_one_question_in_all_has_no_intervals(made, make_report, tmp_path):
    qas = [made.question("q", "Who?", made.ANN, "Bo")]
    done = make_report(tmp_path, made.dataset([("T", [(made.ANN, qas)])]), {"a": {"q": "Bo"}})
    found = done.contents["readers"][0]["f1"]
    assert found["over_clusters"] == found["over_questions"]
    assert found["over_clusters"] == {
        "mean": 100.0,
        "low": None,
        "high": None,
        "standard_error": None,
    }
    assert "too few" in done.page and "too few" in done.printed


def test_one_question_text_in_two_contexts_is_two_questions(made, make_report, tmp_path):
    articles = [
        (name, [(context, [made.question(name, "What?", context, gold)])])
        for name, context, gold in (("a", made.ANN, "Bo"), ("b", made.SUN, "star"))
    ]
    done = make_report(tmp_path, made.dataset(articles), {"r": {"a": "Bo", "b": "x"}})
    assert done.contents["readers"][0]["exact_match"]["over_clusters"]["mean"] == 50.0


def test_right_or_wrong_by_article(made, make_report, tmp_path):
    """Ten articles: the interval over paragraphs is far wider than that over questions."""
    articles, answers = [], {}
    for i in range(10):
        qas = [made.question(f"{i}-{j}", "What?", made.SUN, "star") for j in range(20)]
        articles.append((f"T{i}", [(f"{made.SUN} {i}", qas)]))
        answers.update({item["id"]: "star" if i % 2 else "x" for item in qas})
    found = make_report(tmp_path, made.dataset(articles), {"r": answers}).contents
    wide, narrow = (found["readers"][0]["f1"][key] for key in ("over_clusters", "over_questions"))
    assert wide["high"] - wide["low"] > 3 * (narrow["high"] - narrow["low"])
    assert found["data"]["clusters"]["number"] == 10


def test_a_hundred_of_a_thousand_ids_missing_one_twice_one_unknown(
    made, make_report, read, tmp_path
):
    data, golds = made.large_data(50, 20)
    kept = [(each, text) for i, (each, text) in enumerate(golds.items()) if i % 10]
    pairs = [("0-1", "not that"), *kept, ("unknown", "x")]  # the first once more among the others
    path = tmp_path / "p.json"
    lines = ",\n".join(f"{json.dumps(each)}: {json.dumps(text)}" for each, text in pairs)
    path.write_text("{" + lines + "}", encoding="utf-8")
    done = make_report(tmp_path, data, {"r": {}}, paths=[str(path)])
    (reader,) = done.contents["readers"]
    assert reader["exact_match"]["over_clusters"]["mean"] == 90.0
    assert (len(reader["missing"]), reader["missing"][0]) == (100, "0-0")
    assert reader["unknown"] == ["unknown"] and reader["repeated"] == ["0-1"]
    page = read(done.page)
    missing, unknown, twice = [text for text in page.texts["li"] if text.startswith("r: ")]
    assert missing.startswith("r: 100 questions without a prediction; they score 0 and stay")
    assert missing.endswith("0-0, " + ", ".join(reader["missing"][1:20]) + MORE)
    assert unknown == "r: 1 ids that the data does not have; left out: unknown"
    assert twice == "r: 1 ids that come more than once; the last answer counts: 0-1"
    row = next(line for line in done.printed.splitlines() if line.startswith("r "))
    assert row.endswith(" 100") and "r: 1 ids that come more than once" in done.printed


def test_version_2_has_questions_without_an_answer(made, make_report, tmp_path):
    qas = [made.question("q", "Who?", made.ANN, "Bo")]
    qas += [{"id": each, "question": "?", "answers": [], "is_impossible": True} for each in "ab"]
    data = made.dataset([("T", [(made.ANN, qas)])], "v2.0")
    done = make_report(tmp_path, data, {"r": {"q": "Bo", "a": "", "b": "Riga"}})
    assert done.contents["data"]["metric"] == "v2.0" and done.contents["data"]["unanswerable"] == 2
    counts = {row["key"]: row["questions"] for row in done.contents["error_kinds"]["r"]}
    assert (counts["right"], counts["answered"]) == (2, 1)


def test_those_with_and_without_an_answer_have_the_official_scores(made, make_report, tmp_path):
    data, golds = made.large_data(10, 12)
    data["version"] = "v2.0"
    answers = made.answers_like(golds, 1)
    for i, article in enumerate(data["data"]):
        for item in article["paragraphs"][0]["qas"][:4]:
            item.update(answers=[], is_impossible=True)
            answers[item["id"]] = "" if i % 3 else "x"
    contents = make_report(tmp_path, data, {"r": answers}).contents
    questions = [
        (item["id"], [gold["text"] for gold in item["answers"]])
        for article in data["data"]
        for item in article["paragraphs"][0]["qas"]
    ]
    official = evaluate_golds(questions, answers)
    (found,) = [each for each in contents["breakdowns"] if each["key"] == "answerable"]
    for group, prefix in zip(found["groups"], ("HasAns", "NoAns"), strict=True):
        scores = group["scores"]["r"]
        assert group["questions"] == official[f"{prefix}_total"]
        assert scores["f1"]["mean"] == pytest.approx(official[f"{prefix}_f1"])
        assert scores["exact_match"]["mean"] == pytest.approx(official[f"{prefix}_exact"])
    reader = contents["readers"][0]
    assert reader["f1"]["over_clusters"]["mean"] == official["f1"]


@pytest.mark.parametrize(("seeds", "warned"), [(2, False), (3, True)])
def test_pairs_of_groups_need_enough_resamples_too(made, make_report, tmp_path, seeds, warned):
    """Five groups are ten pairs: of 150 resamples no corrected p is below 10 / 151."""
    data, golds = made.small_data(), made.FIRST
    paths = [made.write(tmp_path / f"s{i}.json", golds) for i in range(5 * seeds)]
    groups = [f"G{i}={','.join(paths[i::5])}" for i in range(5)]
    done = make_report(tmp_path, data, {"r": golds}, group=groups, resamples=150)
    assert ("with 10 pairs to compare" in done.contents["data"]["resamples_warning"]) == warned


def test_copies_among_seeds_are_told_and_each_seed_has_its_scores(
    made, make_report, read, tmp_path
):
    paths = [made.write(tmp_path / f"s{i}.json", made.FIRST) for i in (0, 1)]
    paths.append(made.write(tmp_path / "s2.json", made.SECOND))
    groups = [f"S={','.join(paths)}"]
    done = make_report(tmp_path, made.small_data(), {"r": made.FIRST}, group=groups)
    (group,) = done.contents["seeds"]["groups"]
    assert [each["same_as"] for each in group["files"]] == [None, paths[0], None]
    told = f"S, {paths[1]}: the same answers as {paths[0]}; a copy is no seed of its own"
    assert told in done.printed
    assert any(text.startswith(told) for text in read(done.page).texts["li"])
    assert [each["f1"] for each in group["files"]] == pytest.approx([46, 46, 100 * (8 / 3) / 5])
    assert [each["exact_match"] for each in group["files"]] == [20.0, 20.0, 40.0]


def test_groups_alone_have_their_first_seed_on_the_page(made, make_report, tmp_path):
    data, golds = made.large_data()
    paths = [
        made.write(tmp_path / f"s{i}.json", made.answers_like(golds, i, 0.4 + 0.3 * (i > 2)))
        for i in range(6)
    ]
    groups = [f"S={','.join(paths[:3])}", f"T={','.join(paths[3:])}"]
    done = make_report(tmp_path, data, {}, group=groups)
    assert [each["name"] for each in done.contents["readers"]] == ["S, first seed", "T, first seed"]
    assert done.contents["comparisons"] == [] and done.contents["readers_are_first_seeds"]
    sentence = done.contents["seeds"]["pairs"][0]["f1"]["sentence"]
    assert sentence.startswith("T is better than S by ") and sentence in done.printed
    second = make_report(tmp_path / "2", data, {}, group=groups, metric="v2.0").contents
    assert [each["v2_0"]["f1"] for each in second["readers"]] == [
        each["f1"]["over_clusters"]["mean"] for each in second["readers"]
    ]


def test_lists_that_are_odd_are_told(made, make_report, read, tmp_path):
    answer = [{"text": "x", "probability": each} for each in (0.1, 0.2)]
    lists = {"q1": answer, "stranger": answer[:1]}
    done = make_report(tmp_path, made.small_data(), {"r": made.FIRST}, {"r": lists})
    for told in (
        "r: 1 n-best lists are of questions that the data does not have.",
        "r: 1 n-best lists were not sorted by probability; here they are.",
    ):
        assert told in done.printed and told in read(done.page).texts["li"]


def test_errors_without_a_probability_are_counted(made, make_report, tmp_path):
    lists = {"q3": [{"text": "red boats", "probability": 0.7}]}
    readers = {"r": made.FIRST}
    errors = make_report(tmp_path, made.small_data(), readers, {"r": lists}).contents["errors"]
    assert [row["id"] for row in errors["shown"]] == ["q3", "q2", "q4", "q5"]
    assert (errors["surest"], errors["wrong"], errors["drawn"]) == (True, 4, 3)
    assert errors["wrong_without_probability"] == 3
    assert [row["answer_places"] for row in errors["shown"]][-1] == []


def test_a_paragraph_that_is_repeated_for_each_question_counts_once(made, make_report, tmp_path):
    data = made.small_data()
    for article in data["data"]:
        article["paragraphs"] = [
            {"context": each["context"], "qas": [item]}
            for each in article["paragraphs"]
            for item in each["qas"]
        ]
    about = make_report(tmp_path, data, {"r": made.FIRST}).contents["data"]
    assert about["clusters"]["number"] == about["contexts"] == 2


def test_nan_is_null_in_json():
    assert as_json({"a": [float("nan"), (1.5, None)]}) == {"a": [None, [1.5, None]]}
