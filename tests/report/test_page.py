"""The page as a file: nothing from elsewhere, text of data as text, links that lead somewhere."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from squad_reader.report.page import how_chosen

EVIL = "<script>alert(1)</script>\"'&--><img src=x onerror=alert(1)>"


class Elements(HTMLParser):
    """All start tags with attributes, the text, and the text inside of scripts."""

    def __init__(self, source):
        super().__init__()
        self.found, self.text, self.scripts = [], "", []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data
        if self.cdata_elem == "script":
            self.scripts.append(data)


@pytest.fixture(scope="module")
def evil(made, make_report, tmp_path_factory):
    """A report where every text of every file is an attack."""
    context = f"{EVIL} met Bo. {EVIL}"
    qas = [made.question(f"{EVIL}{i}", EVIL, context, EVIL) for i in range(3)]
    data = made.dataset([(EVIL, [(context, qas)])])
    answers = {f"{EVIL}0": "Bo", f"{EVIL}1": EVIL, f"{EVIL}9": ""}
    lists = {each: [{"text": text, "probability": 0.5}] for each, text in answers.items()}
    readers = {EVIL: answers, "b": {**answers, f"{EVIL}2": EVIL}}
    folder = tmp_path_factory.mktemp("evil")
    seeds = [made.write(folder / f"s{i}.json", answers) for i in range(3)]
    groups = [f"{name}={','.join(seeds)}" for name in (EVIL.replace("=", ""), "c")]
    return make_report(folder, data, readers, {EVIL: lists}, group=groups)


def test_no_text_of_a_file_becomes_markup(evil):
    elements = Elements(evil.page)
    tags = [tag for tag, _ in elements.found]
    assert tags.count("script") == 1 and "img" not in tags
    assert all(not name.startswith("on") for _, attrs in elements.found for name in attrs)
    assert elements.text.count(EVIL) > 10


@pytest.fixture(scope="module")
def evil_v2(made, make_report, tmp_path_factory):
    """The same of SQuAD v2.0, in a file whose name is an attack too."""
    context = f"{EVIL} met Bo. {EVIL}"
    qas = [made.question(f"{EVIL}{i}", EVIL, context, EVIL) for i in range(3)]
    qas.append({"id": EVIL, "question": EVIL, "answers": [], "is_impossible": True})
    folder = tmp_path_factory.mktemp("evil_v2")
    path = folder / "<script>x.json"
    made.write(path, made.dataset([(EVIL, [(context, qas)])], "v2.0"))
    answers = {each["id"]: EVIL for each in qas}
    na_probs = {EVIL: {each: 1.5 for each in answers}}
    readers = {EVIL: answers, "b": answers}
    return make_report(folder, None, readers, no_answer=na_probs, json_in_path=str(path))


def test_nor_of_a_file_of_v2_0_nor_its_name(evil_v2):
    elements = Elements(evil_v2.page)
    tags = [tag for tag, _ in elements.found]
    assert tags.count("script") == 1 and "img" not in tags
    assert elements.text.count("<script>x.json") >= 2  # in the header and in the signature
    assert "Questions without an answer" in elements.text and "is above 1" in elements.text
    assert elements.text.count(EVIL) > 10


def test_nor_in_a_figure(evil):
    for path in (evil.out / "figures").iterdir():
        elements = Elements(path.read_text("utf-8"))
        assert not {"script", "img"} & {tag for tag, _ in elements.found}, path


def test_the_policy_allows_the_one_script_and_nothing_else(evil):
    elements = Elements(evil.page)
    (script,) = elements.scripts
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = [a["content"] for _, a in elements.found if a.get("http-equiv")]
    assert f"script-src 'sha256-{digest}'" in policy and "default-src 'none'" in policy


def test_the_page_loads_nothing(small):
    found = Elements(small.page).found
    addresses = [attrs.get(name) for _, attrs in found for name in ("src", "href") if name in attrs]
    assert {each for each in addresses if not each.startswith("#")} == {"data:,"}
    assert re.findall(r"url\(|@import|fetch\(|import\(|XMLHttpRequest|innerHTML", small.page) == []


@pytest.mark.parametrize("name", ["small", "evil"])
def test_links_and_labels_lead_to_ids_that_are_there_once(name, request):
    found = Elements(request.getfixturevalue(name).page).found
    ids = [attrs["id"] for _, attrs in found if "id" in attrs]
    assert len(ids) == len(set(ids))
    wanted = {attrs["href"][1:] for tag, attrs in found if tag == "a"}
    wanted |= {a[key] for _, a in found for key in ("aria-labelledby", "for") if key in a}
    assert wanted <= set(ids)


def test_every_error_has_its_context_and_the_choice_counts_them(small, made):
    found = Elements(small.page).found
    kinds = [attrs["data-kind"] for _, attrs in found if "data-kind" in attrs]
    assert kinds == ["shifted", "other_sentence", "missing"]
    assert "all (3)" in small.page and "wrong sentence (1)" in small.page
    assert small.page.count("<option ") == 4  # kinds that do not occur are no choice
    assert '<mark class="gold answer">12</mark>' in small.page


def test_numbers_of_a_pair_and_of_a_bin_are_shown(small, made, make_report, read, tmp_path):
    assert "<td>1 / 0</td>" in small.page  # only the second is right on one question
    lists = {each: [{"text": text, "probability": 0.75}] for each, text in made.FIRST.items()}
    done = make_report(tmp_path, made.small_data(), {"r": made.FIRST}, {"r": lists})
    page = read(done.page)
    rows = page.tables["Reliability, in percent"]
    assert ["70 to 80 %", "5", "75.0", "20.0"] in rows and ["0 to 10 %", "0", "–", "–"] in rows
    assert page.one("p", "Expected calibration error: 0.5500, over 5 answers")


@pytest.mark.parametrize("number", [20, 22])
def test_long_lists_of_ids_say_how_many_more_there_are(made, make_report, read, tmp_path, number):
    data, golds = made.by_article(1, 1, 40)
    left = dict(list(golds.items())[number:])
    line = read(make_report(tmp_path, data, {"r": left}).page).one("li", "without a prediction")
    assert line.startswith(f"r: {number} questions") and ": 0-0-0, 0-0-1, " in line
    more = " and 2 more; report.json has all of them"
    assert line.endswith("0-0-18, 0-0-19" + more * (number == 22))


def test_signs_that_no_page_can_hold_are_replaced(made, make_report, read, tmp_path):
    context = "Ann\x00\x1b met\ud800 Bo."
    data = made.dataset(
        [("T\x07", [(context, [made.question("q\x01", "Who\x02?", context, "Bo")])])]
    )
    done = make_report(tmp_path, data, {"r\ufffe": {"q\x01": "Ann\x00"}})
    page = read(done.page)
    assert not re.search("[\x00-\x08\x0e-\x1f\ufffe\ud800]", done.page)
    assert "Report on r\ufffd" in done.page.replace("<bdi>", "").replace("\n", " ")
    assert page.one("p", " met") == "Ann\ufffd\ufffd met\ufffd Bo."
    assert "Who\ufffd?" in page.texts["h3"] and "Ann\ufffd" in page.texts["dd"]


def test_a_text_that_is_written_from_right_to_left_is_kept_apart(made, make_report, tmp_path):
    name = "\u202egnorw"
    done = make_report(tmp_path, made.small_data(), {name: made.FIRST})
    assert done.page.count(f"<bdi>{name}</bdi>") > 5


def test_a_context_is_shown_with_its_space_and_nothing_more(made, make_report, tmp_path):
    context = "  Ann\n\nmet  Bo {{ names }} {% x %}.\n"
    data = made.dataset([("T", [(context, [made.question("q", "Who?", context, "Bo")])])])
    done = make_report(tmp_path, data, {"r": {"q": "Ann"}})
    shown = re.search('<p class="context">(.*?)</p>', done.page, re.S)[1]
    assert re.sub("<.*?>", "", shown) == context


SURE = "those it is surest of, the surest first"
BOTH = "first the 1 with a known probability, the surest first, then 2 of the 1,200 without one"


@pytest.mark.parametrize(
    ("number", "drawn", "without", "told"),
    [
        (2, 2, 2, "drawn at random"),
        (2, 0, 0, SURE),
        (1, 0, 9, SURE + "; 9 have no known probability"),
        (3, 2, 1200, BOTH + ", drawn at random"),
    ],
)
def test_it_says_how_errors_were_chosen(number, drawn, without, told):
    errors = {"surest": drawn < number, "drawn": drawn, "wrong_without_probability": without}
    assert how_chosen({**errors, "shown": [{}] * number}) == told


def test_files_that_come_out(small):
    names = sorted(path.name for path in small.out.iterdir())
    assert names == ["figures", "index.html", "report.json"]
    figures = {path.stem for path in (small.out / "figures").iterdir()}
    keys = {f"by_{each['key']}" for each in small.contents["breakdowns"]}
    keys -= {"by_answerable", "by_in_vocabulary"}  # one group each, of which nothing is to see
    assert figures == {"scores", "errors_1", "errors_2", *keys}


def test_figures_of_an_earlier_report_do_not_stay(made, make_report, tmp_path):
    readers = {name: made.FIRST for name in "abc"}
    figures = make_report(tmp_path, made.small_data(), readers).out / "figures"
    (figures / "mine.svg").write_text("mine")
    assert (figures / "errors_3.svg").exists()
    make_report(tmp_path, made.small_data(), {"a": made.FIRST})
    assert not (figures / "errors_3.svg").exists()
    assert (figures / "errors_1.svg").exists() and (figures / "mine.svg").exists()


def test_the_same_files_give_the_same_bytes(small, made, make_report, tmp_path):
    again = make_report(tmp_path, made.small_data(), {"first": made.FIRST, "second": made.SECOND})
    strip = re.compile(re.escape(str(tmp_path)) + "|" + re.escape(str(small.out.parent)))
    assert strip.sub("", again.page) == strip.sub("", small.page)


def test_a_reader_that_is_always_right_has_no_errors(made, make_report, tmp_path):
    data, golds = made.large_data(3, 4)
    done = make_report(tmp_path, data, {"r": golds})
    assert done.contents["errors"]["shown"] == [] and "on 0 questions" in done.page


def test_fifty_errors_are_shown_the_surest_first(made, make_report, tmp_path):
    data, golds = made.large_data(10, 10)
    answers = dict.fromkeys(golds, "nothing")
    lists = {each: [{"text": "nothing", "probability": i / 100}] for i, each in enumerate(answers)}
    done = make_report(tmp_path, data, {"r": answers}, {"r": lists})
    shown = done.contents["errors"]["shown"]
    assert [row["probability"] for row in shown] == [i / 100 for i in range(99, 49, -1)]
    drawn = make_report(tmp_path / "b", data, {"r": answers}).contents["errors"]
    other = make_report(tmp_path / "c", data, {"r": answers}, seed=2).contents["errors"]
    assert len(drawn["shown"]) == 50 and not drawn["surest"]
    assert [row["id"] for row in drawn["shown"]] != [row["id"] for row in other["shown"]]
