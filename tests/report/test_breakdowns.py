"""Intervals within groups, against loops; means of groups, against the official metric."""

from collections import defaultdict

import numpy as np
import pytest

from squad_reader.report.breakdowns import group_intervals, is_empty
from squad_reader.score.bootstrap import intervals
from squad_reader.score.squad_v1_1 import best_scores

RESAMPLES = 200


@pytest.fixture(scope="module")
def values():
    random = np.random.default_rng(3)
    clusters = np.concatenate([np.arange(7), random.integers(0, 7, 53)])
    return random.random((60, 2)), random.random((60, 3)) < 0.4, clusters


def by_loops(column, mask, clusters, seed):
    """The middle 95 % of means over the questions of a group in the clusters that are drawn."""
    number, means = clusters.max() + 1, []
    for drawn in np.random.default_rng(seed).integers(0, number, (RESAMPLES, number)):
        chosen = [x for c in drawn for x in column[mask & (clusters == c)]]
        if chosen:
            means.append(np.mean(chosen))
    return np.quantile(means, [0.025, 0.975])


def test_intervals_equal_those_of_loops(values):
    scores, masks, clusters = values
    found = group_intervals(scores, masks, clusters, RESAMPLES, 5)
    for mask, row in zip(masks.T, found, strict=True):
        for column, each in zip(scores.T, row, strict=True):
            assert each.mean == pytest.approx(column[mask].mean())
            assert (each.low, each.high) == pytest.approx(by_loops(column, mask, clusters, 5))


def test_a_group_of_all_questions_has_the_interval_of_all(values):
    scores, _, clusters = values
    (found,) = group_intervals(scores, np.ones((60, 1), bool), clusters, RESAMPLES, 5)
    np.testing.assert_allclose(found, intervals(scores, clusters, RESAMPLES, 5))


def test_a_group_in_one_cluster_has_no_interval(values):
    scores, _, clusters = values
    (found,) = group_intervals(scores, (clusters == 2)[:, None], clusters, RESAMPLES, 5)
    assert found[0].mean == pytest.approx(scores[clusters == 2, 0].mean())
    assert np.isnan([found[0].low, found[0].high, found[0].standard_error]).all()


@pytest.fixture(scope="module")
def large(made, make_report, tmp_path_factory):
    data, golds = made.large_data()
    readers = {f"r{i}": made.answers_like(golds, i, 0.5 + i / 10) for i in range(2)}
    done = make_report(tmp_path_factory.mktemp("large"), data, readers)
    return data, readers, done.contents


def rows_of(data):
    """(question, context) of all questions."""
    for article in data["data"]:
        for paragraph in article["paragraphs"]:
            for item in paragraph["qas"]:
                yield item, paragraph["context"]


KEYS = {
    "question_word": lambda item, _: item["question"].split()[0].lower(),
    "answer_len": lambda item, _: len(item["answers"][0]["text"].split()),
    "context_len": lambda _, context: len(context.split()),
    "place": lambda item, context: 100 * item["answers"][0]["answer_start"] // len(context),
}
NAMES = {"in": "which", "how": "how many", "name": "other"}


def says(label, value):
    """Whether the label of a group names this value."""
    if isinstance(value, str):
        return label == NAMES.get(value, value)
    words = label.split()
    if words[0] == "over":
        return value > int(words[1])
    return int(words[0]) <= value <= int(words[2] if words[1:2] == ["to"] else words[0])


@pytest.mark.parametrize("key", KEYS)
def test_means_of_groups_are_those_of_the_official_metric(large, key):
    data, readers, contents = large
    (breakdown,) = [each for each in contents["breakdowns"] if each["key"] == key]
    assert sum(group["questions"] for group in breakdown["groups"]) == 320
    for group in breakdown["groups"]:
        rows = [(row, c) for row, c in rows_of(data) if says(group["label"], KEYS[key](row, c))]
        inside = [row for row, _ in rows]
        assert len(inside) == group["questions"] >= 30
        for name, answers in readers.items():
            scores = defaultdict(list)
            for item in inside:
                golds = [gold["text"] for gold in item["answers"]]
                exact, f1 = best_scores(answers[item["id"]], golds)
                scores["exact_match"].append(100 * exact)
                scores["f1"].append(100 * f1)
            for measure, each in scores.items():
                found = group["scores"][name][measure]
                assert found["mean"] == pytest.approx(np.mean(each))
                if len({context for _, context in rows}) < 6:
                    assert found["low"] is found["high"] is None
                else:
                    assert found["low"] <= found["mean"] <= found["high"]


def test_questions_without_an_answer_are_a_group_of_their_own(made, make_report, tmp_path):
    data, golds = made.large_data(20, 5)
    for article in data["data"]:
        article["paragraphs"][0]["qas"][0].update(answers=[], is_impossible=True)
    breakdowns = make_report(tmp_path, data, {"r": golds}).contents["breakdowns"]
    for breakdown in breakdowns:
        sizes = {group["label"]: group["questions"] for group in breakdown["groups"]}
        if breakdown["key"] in ("answer_kind", "answer_len", "place", "overlap", "agreeing"):
            assert sizes["no answer"] == 20, breakdown["key"]
        assert all("all %" not in label for label in sizes)
        # Without word vectors nothing is known of the others
        assert is_empty(breakdown) == (breakdown["key"] == "in_vocabulary")


def test_groups_of_every_breakdown_hold_all_questions(large):
    for breakdown in large[2]["breakdowns"]:
        assert sum(group["questions"] for group in breakdown["groups"]) == 320, breakdown["key"]
