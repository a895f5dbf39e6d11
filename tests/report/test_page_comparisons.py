"""What the page and the terminal say of pairs of readers, and of groups of seeds."""

import pytest

from squad_reader.score.verdict import p_text, rounded


@pytest.fixture(scope="module")
def page(ten, read):
    return read(ten.page)


def test_the_verdicts_are_said_of_f1_first(ten, page):
    sentences = [ten.contents["comparisons"][0][key]["sentence"] for key in ("f1", "exact_match")]
    assert sentences[0].startswith("A and B cannot be told apart by this data: its paragraphs tell")
    places = [page.texts["li"].index(each) for each in sentences]
    assert places[1] == places[0] + 1
    assert all(each in ten.printed for each in sentences)


def test_numbers_of_a_pair(ten, page):
    heads, f1, _ = page.tables["Paired differences, in percent"]
    assert heads[-1] == "N for 0.5"
    found = ten.contents["comparisons"][0]["f1"]
    assert f1[:2] == ["B minus A", "F1"]
    both = [found["difference"], found["over_articles"]["difference"]]
    cells = [f"{each['mean']:.2f} ({page.bounds(each, 2)})" for each in both]
    assert f1[2] == f"{cells[0]} by articles {cells[1]}"
    assert f1[3].split()[-1] == p_text(found["over_articles"]["p"])
    note = page.one("p", "“N for 0.5” is about how many questions")
    assert "interval and corrected p agree, of paragraphs and of articles too." in note
    assert "of 0.5, if that is the true one, in 80 of 100 test sets: questions of more" in note
    assert note.endswith(" Where it is at most 600, the data at hand is enough.")


def test_of_several_pairs_n_is_corrected_and_that_is_said(made, make_report, read, tmp_path):
    data, golds = made.large_data()
    readers = {name: made.answers_like(golds, i) for i, name in enumerate("ABC")}
    three = make_report(tmp_path / "3", data, readers)
    two = make_report(tmp_path / "2", data, {name: readers[name] for name in "AB"})
    key = "questions_to_see_half_a_percent"
    needed = [done.contents["comparisons"][0]["f1"][key] for done in (two, three)]
    # (2.39398 + 0.84162) ** 2 by (1.95996 + 0.84162) ** 2
    assert needed[1] / needed[0] == pytest.approx(1.3338, rel=1e-3)
    for done, number in ((two, needed[0]), (three, needed[1])):
        sentence = done.contents["comparisons"][0]["f1"]["sentence"]
        assert sentence.endswith(f" you would need about {rounded(number)} questions.")
    note = read(three.page).one("p", "“N for 0.5” is about")
    assert "in 80 of 100 test sets, with p corrected for 3 pairs: questions of more" in note
    assert "by articles" not in three.page and "of paragraphs and of articles" not in note


def test_so_few_resamples_that_no_p_is_small_are_warned_of(made, make_report, read, tmp_path):
    data, golds = made.by_article(6, 1, 5)
    readers = dict.fromkeys("abcd", golds)
    done = make_report(tmp_path, data, readers, resamples=100)
    warning = read(done.page).one("li", "Expected more resamples, got 100")
    assert warning in done.printed
    more = make_report(tmp_path, data, readers, resamples=120)
    assert "Expected more resamples" not in more.page + more.printed


def test_groups_of_seeds_have_a_table_of_differences(made, make_report, read, tmp_path):
    data, golds = made.large_data()
    sets = [made.answers_like(golds, i, 0.4 + 0.3 * (i > 2)) for i in range(6)]
    tmp_path.mkdir(exist_ok=True)
    paths = [made.write(tmp_path / f"s{i}.json", each) for i, each in enumerate(sets)]
    groups = [f"S={','.join(paths[:3])}", f"T={','.join(paths[3:])}", f"U={paths[0]}"]
    done = make_report(tmp_path, data, {"r": golds}, group=groups)
    page = read(done.page)
    heads, *rows = page.tables["Differences of groups, in percent"]
    assert heads == ["pair", "score", "difference", "p", "p (Holm)"] and len(rows) == 6
    found = done.contents["seeds"]["pairs"][0]["f1"]
    assert found["told_apart"] and found["adjusted_p"] == found["p"]  # U cannot be compared
    text = f"{found['difference']['mean']:.2f} ({page.bounds(found['difference'], 2)})"
    assert rows[0][:3] == ["T minus S", "F1", text]
    assert rows[2][:3] == ["U minus S", "F1", "too few"]
    assert found["sentence"].startswith("T is better than S by ")
    assert found["sentence"].endswith(", on average over seeds.")
    assert found["sentence"] in page.texts["li"] and found["sentence"] in done.printed
    assert "whatever the seed" not in done.page + done.printed
    scores = [f"{each['f1']:.2f}" for each in done.contents["seeds"]["groups"][0]["files"]]
    rows = page.tables["Mean and standard deviation over seeds"]
    assert [row[2] for row in rows if row[0] in paths[:3]][:3] == scores
    note = page.one("p", "those of Student’s t (Welch)")
    assert "With few seeds it is only approximate; with fewer than 3 nothing is said." in note
