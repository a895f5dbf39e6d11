"""What is drawn of a report: its numbers, its names, and its points where they belong."""

import pytest

# Of a square from 0 to 100 on both axes, in `curves`: 2.8 units to the right, 2.7 down.
ORDER = ("second", "third")
LEFT, BOTTOM = 30.0, 22.0 + 270.0


@pytest.fixture(scope="module")
def sure(made, make_report, tmp_path_factory):
    """A reader that is right where it gives 0.9; where it gives 0.1 half of its words are wrong."""
    data, golds = made.large_data()
    names = ["runs/of/the/first/kind/predictions", "x" * 30 + "1" + "y" * 30]
    names += ["x" * 30 + "2" + "y" * 30]
    answers = {
        each: gold + " zzz" * (len(gold.split()) if i >= 160 else 0)  # F1 is 2 / 3 then
        for i, (each, gold) in enumerate(golds.items())
    }
    lists = {
        each: [{"text": text, "probability": 0.9 if i < 160 else 0.1}]
        for i, (each, text) in enumerate(answers.items())
    }
    readers = dict(zip(names, (answers, golds, answers), strict=True))
    return make_report(tmp_path_factory.mktemp("sure"), data, readers, {names[0]: lists})


@pytest.fixture(scope="module")
def drawn(sure, read):
    """Gives a function: name of a figure -> what stands in it."""
    return lambda name: read((sure.out / "figures" / f"{name}.svg").read_text("utf-8"))


def label(found):
    return f"{found['mean']:.1f} ({found['low']:.1f}–{found['high']:.1f})"


def points(found):
    """Of the line, in the units of the axes."""
    (line,) = [attrs["points"] for tag, attrs in found.starts if tag == "polyline"]
    pairs = [map(float, each.split(",")) for each in line.split()]
    return [((x - LEFT) / 2.8, (BOTTOM - y) / 2.7) for x, y in pairs]


def test_each_group_has_its_name_its_number_and_its_scores(sure, drawn):
    texts = drawn("by_question_word").texts["text"]
    (breakdown,) = [e for e in sure.contents["breakdowns"] if e["key"] == "question_word"]
    assert len(breakdown["groups"]) >= 4
    for group in breakdown["groups"]:
        place = texts.index(f"{group['label']} ({group['questions']})")
        found = [each["f1"] for each in group["scores"].values()]
        # Of each bar its number, then its name.
        assert texts[place + 1 : place + 7 : 2] == [label(each) for each in found]


def test_people_come_first(sure, drawn):
    texts = drawn("scores").texts["text"]
    place = texts.index("F1")
    people = [row["f1"] for row in sure.contents["humans"]]
    assert texts[place + 1 : place + 4 : 2] == [label(each) for each in people]
    assert texts[place + 2 : place + 5 : 2] == [f"people: {n} gold answer" for n in ORDER]
    reader = sure.contents["readers"][0]["f1"]["over_clusters"]
    assert texts.index(label(reader)) == place + 1 + 2 * len(people)


def test_long_names_stay_apart_and_keep_both_ends(drawn):
    for name in ("scores", "by_question_word"):
        texts = drawn(name).texts["text"]
        assert "runs/of/the/first/kind/predictions" in texts
        long = {each for each in texts if each.startswith("xxx")}
        assert len(long) == 2 and all("…" in each and len(each) <= 34 for each in long)


def test_the_curve_falls_where_it_answers_what_it_is_not_sure_of(drawn):
    found = points(drawn("coverage"))
    assert found[49] == pytest.approx((50.0, 100.0), abs=0.1)
    assert found[-1] == pytest.approx((100.0, 100 * (1 + 2 / 3) / 2), abs=0.1)
    assert all(y == pytest.approx(100.0, abs=0.1) for x, y in found if x < 50.1)
    assert drawn("coverage").texts["text"][-1] == "runs/of/the/first/kind/predictions"


def test_dots_of_reliability_are_where_they_belong(drawn):
    found = drawn("reliability_1")
    assert points(found) == [pytest.approx((10, 0), abs=0.1), pytest.approx((90, 100), abs=0.1)]
    dots = [attrs for tag, attrs in found.starts if tag == "circle"]
    places = [(float(dot["cx"]), float(dot["cy"])) for dot in dots]
    assert places == [pytest.approx((58, 292), abs=0.1), pytest.approx((282, 22), abs=0.1)]
    assert found.texts["title"][1:] == ["160", "160"]
