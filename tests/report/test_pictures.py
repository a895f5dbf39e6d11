"""What is drawn of a report: its numbers, its names, and its points where they belong."""

import re
from xml.etree import ElementTree

import pytest

from squad_reader.report.figures import SIDE
from squad_reader.report.svg import COLOURS, SVG

ORDER = ("second", "third")
# Of a square from 0 to 100 on both axes, in `curves`.
LEFT, BOTTOM = 34.0, 30.0 + SIDE


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
    readers = dict(zip(names, (golds, answers, answers), strict=True))
    return make_report(tmp_path_factory.mktemp("sure"), data, readers, {names[1]: lists})


@pytest.fixture(scope="module")
def drawn(sure, read):
    """Gives a function: name of a figure -> what stands in it."""
    return lambda name: read((sure.out / "figures" / f"{name}.svg").read_text("utf-8"))


def label(found):
    return f"{found['mean']:.1f} ({found['low']:.1f}–{found['high']:.1f})"


def paths(sure, name, kind):
    """Of the paths that have the second reader's colour so, the places in percent."""
    root = ElementTree.parse(sure.out / "figures" / f"{name}.svg")
    found = []
    for path in root.iter(f"{SVG}path"):
        if f"{kind}: {COLOURS['c1']}" in path.get("style"):
            places = [float(each) for each in re.findall(r"-?[\d.]+", path.get("d"))]
            pairs = zip(places[::2], places[1::2], strict=True)
            unit = SIDE / 100
            found.append([((x - LEFT) / unit, (BOTTOM - y) / unit) for x, y in pairs])
    return found


def test_each_group_has_its_name_its_number_and_its_scores(sure, drawn):
    texts = drawn("by_question_word").texts["text"]
    (breakdown,) = [e for e in sure.contents["breakdowns"] if e["key"] == "question_word"]
    assert len(breakdown["groups"]) >= 4
    for group in breakdown["groups"]:
        place = texts.index(f"{group['label']} ({group['questions']})")
        found = [each["f1"] for each in group["scores"].values()]
        # Of each bar its name, then its number.
        assert texts[place + 2 : place + 8 : 2] == [label(each) for each in found]


def test_people_come_first(sure, drawn):
    texts = drawn("scores").texts["text"]
    place = texts.index("F1")
    people = [row["f1"] for row in sure.contents["humans"]]
    assert texts[place + 2 : place + 5 : 2] == [label(each) for each in people]
    assert texts[place + 1 : place + 4 : 2] == [f"people: {n} gold answer" for n in ORDER]
    reader = sure.contents["readers"][1]["f1"]["over_clusters"]
    assert texts.index(label(reader)) == place + 4 + 2 * len(people)


def test_long_names_stay_apart_and_keep_both_ends(drawn):
    for name in ("scores", "by_question_word"):
        texts = drawn(name).texts["text"]
        assert "runs/of/the/first/kind/predictions" in texts
        long = {each for each in texts if each.startswith("xxx")}
        assert len(long) == 2 and all("…" in each and len(each) <= 34 for each in long)


def test_the_curve_falls_where_it_answers_what_it_is_not_sure_of(sure, drawn):
    found, _ = paths(sure, "coverage", "stroke")
    assert found[49] == pytest.approx((50.0, 100.0), abs=0.1)
    assert found[-1] == pytest.approx((100.0, 100 * (1 + 2 / 3) / 2), abs=0.1)
    assert all(y == pytest.approx(100.0, abs=0.1) for x, y in found if x < 50.1)
    (name,) = [each for each in drawn("coverage").texts["text"] if each.startswith("xxx")]
    assert name.endswith("(2)")


def test_dots_of_reliability_are_where_they_belong(sure):
    line, _ = paths(sure, "reliability_2", "stroke")
    assert line == [pytest.approx((10, 0), abs=0.1), pytest.approx((90, 100), abs=0.1)]
    dots = [
        [(min(each) + max(each)) / 2 for each in zip(*dot, strict=True)]
        for dot in paths(sure, "reliability_2", "fill")
    ]
    assert dots == [pytest.approx([10, 0], abs=0.1), pytest.approx([90, 100], abs=0.1)]


def test_a_reader_has_one_colour_in_all_figures(sure):
    """The second one alone has probabilities."""
    for name in ("scores", "by_question_word", "errors_2", "reliability_2", "coverage"):
        text = (sure.out / "figures" / f"{name}.svg").read_text("utf-8")
        assert COLOURS["c1"] in text
        assert (COLOURS["c0"] in text) == (name in ("scores", "by_question_word"))


def test_figures_of_one_page_share_no_id(sure, read):
    ids = [attrs["id"] for tag, attrs in read(sure.page).starts if "id" in attrs]
    assert len(ids) == len(set(ids)) > 5
    assert sure.page.count("<svg ") == len(list((sure.out / "figures").iterdir()))
