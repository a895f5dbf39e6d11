"""Clusters, and not questions, decide all that a report says of how sure it is."""

import pytest


def by_article(made, make_report, folder, number, wrong=None, per_article=1):
    """B is right everywhere; A nowhere, or only where `wrong` is false; groups of both."""
    data, golds = made.by_article(number, per_article, 20 // per_article)
    wrong = wrong or (lambda article: True)
    a = {each: "hot" if wrong(int(each.split("-")[0])) else gold for each, gold in golds.items()}
    folder.mkdir(exist_ok=True)
    groups = []
    for name, answers in (("SA", a), ("SB", golds)):
        paths = [made.write(folder / f"{name}{i}.json", answers) for i in range(3)]
        groups.append(f"{name}={','.join(paths)}")
    readers = {"A": a, "B": golds}
    return make_report(folder, data, readers, group=groups, resamples=4000).contents


def test_four_articles_cannot_tell_two_readers_apart(made, make_report, tmp_path):
    contents = by_article(made, make_report, tmp_path, 4)
    found = contents["comparisons"][0]["f1"]
    assert found["p"] == pytest.approx(2 / 16, abs=0.02)
    assert not found["told_apart"]
    assert found["sentence"] == (
        "A and B cannot be told apart by this data: it has too few articles or paragraphs "
        "(fewer than 6)."
    )
    for breakdown in contents["breakdowns"]:
        for group in breakdown["groups"]:
            assert group["scores"]["A"]["f1"]["low"] is None
    pair = contents["seeds"]["pairs"][0]["f1"]
    assert pair["difference"]["mean"] == 100.0
    assert pair["difference"]["low"] is None and not pair["told_apart"]


def test_with_eight_articles_all_have_the_spread_of_articles(made, make_report, tmp_path):
    contents = by_article(made, make_report, tmp_path, 8, lambda article: article % 2)
    of_eight = 50 / 8**0.5  # half of eight articles: as eight throws of a coin, in percent
    found = contents["comparisons"][0]["f1"]
    assert found["difference"]["standard_error"] == pytest.approx(of_eight, rel=0.05)
    assert found["p"] == pytest.approx(2 / 2**4, abs=0.02)  # four articles differ, all one way
    (word,) = [each for each in contents["breakdowns"] if each["key"] == "question_word"]
    (group,) = word["groups"]
    assert group["scores"]["A"]["f1"]["standard_error"] == pytest.approx(of_eight, rel=0.05)
    pair = contents["seeds"]["pairs"][0]["f1"]["difference"]
    assert pair["standard_error"] == pytest.approx(50 / 7**0.5, rel=0.05)  # of a sample


@pytest.mark.parametrize(("num_wrong", "claimed"), [(5, False), (7, True)])
def test_ten_articles_of_several_paragraphs(made, make_report, tmp_path, num_wrong, claimed):
    """Right or wrong by article: 2 of 2 ** 5 swaps of five articles, of 2 ** 7 of seven."""

    def wrong(article):
        return article < num_wrong

    contents = by_article(made, make_report, tmp_path, 10, wrong, per_article=5)
    assert contents["data"]["clusters"]["number"] == 50
    assert "over the 10 articles finds it too" in contents["data"]["clusters"]["warning"]
    for key in ("f1", "exact_match"):
        found = contents["comparisons"][0][key]
        assert found["difference"]["low"] > 0 and found["p"] < 0.001  # by paragraphs alone
        assert found["over_articles"]["p"] == pytest.approx(2 / 2**num_wrong, abs=0.02)
        assert found["told_apart"] == claimed
        assert found["sentence"].startswith("B is better than A") == claimed


def test_the_order_of_a_file_does_not_matter(made, make_report, tmp_path):
    data, golds = made.large_data(10, 12)
    answers = made.answers_like(golds, 1)
    turned = dict(reversed(answers.items()))
    found = make_report(tmp_path, data, {"A": answers, "turned": turned}).contents["comparisons"][0]
    for key in ("f1", "exact_match"):
        difference = {key: 0.0 for key in ("mean", "low", "high", "standard_error")}
        assert found[key]["difference"] == difference and found[key]["p"] == 1.0
