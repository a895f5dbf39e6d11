"""The page in a real browser, opened from disk."""

import struct
from urllib.parse import urlparse
from urllib.request import url2pathname

import pytest
from browsing import GROUND, IN_CHROMIUM, assert_fits, run_screenshot, tab_to, violations

pytestmark = IN_CHROMIUM
SHOWN = "#list > li:visible"
READERS = [f"runs/of_november/reader-{name}/prediction" for name in ("first", "other")]


@pytest.fixture(scope="module")
def address(made, make_report, tmp_path_factory):
    """Of a page with all sections, whose readers have names of 40 characters."""
    data, golds = made.large_data()
    data["version"] = "v2.0"
    for article in data["data"]:
        item = article["paragraphs"][0]["qas"][0]
        item.update(answers=[], is_impossible=True)
    readers = {name: made.answers_like(golds, i, 0.4 + 0.3 * i) for i, name in enumerate(READERS)}
    na_probs = {each: (i % 13) / 10 for i, each in enumerate(golds)}  # some are above 1
    lists = {
        each: [
            {"text": text, "probability": (i % 10) / 10},
            {"text": golds[each], "probability": 0},
        ]
        for i, (each, text) in enumerate(readers[READERS[0]].items())
    }
    readers[READERS[1]].pop("0-0")
    folder = tmp_path_factory.mktemp("page")
    seeds = [made.write(folder / f"s{i}.json", made.answers_like(golds, i)) for i in range(3)]
    groups = [f"{name}={','.join(seeds)}" for name in "ST"]
    first = READERS[0]
    done = make_report(folder, data, readers, {first: lists}, {first: na_probs}, group=groups)
    return (done.out / "index.html").as_uri()


@pytest.mark.parametrize("width", [360, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(pages, address, width, scheme):
    page = pages.open(address, width, color_scheme=scheme)
    assert_fits(page, width)
    assert page.locator("main > section").count() == 9
    assert page.locator("#answerable table").count() == 3
    assert (sum(page.evaluate(GROUND)) < 200) == (scheme == "dark")
    assert violations(page) == []


@pytest.mark.parametrize("width", [800, 1100, 1152, 1400])
def test_no_table_of_scores_scrolls_on_a_desktop(pages, address, width):
    page = pages.open(address, width)
    scrolls = "(boxes) => boxes.map((box) => box.scrollWidth > box.clientWidth)"
    found = page.locator("#scores .scrolls").evaluate_all(scrolls)
    assert len(found) == 3 and not any(found)


def test_the_choice_of_a_kind_works_without_a_mouse(pages, address):
    page = pages.open(address)
    number = page.locator(SHOWN).count()
    assert number == 50
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "kind":
            break
    kind = page.locator("#kind option").nth(1).get_attribute("value")
    page.keyboard.press("ArrowDown")
    page.locator(f"#list > li:not([data-kind='{kind}'])").first.wait_for(state="hidden")
    assert {each.get_attribute("data-kind") for each in page.locator(SHOWN).all()} == {kind}
    assert page.locator("#shown").text_content() == f"{page.locator(SHOWN).count()} shown"


def test_without_script_all_errors_are_shown(pages, address):
    page = pages.open(address, java_script_enabled=False)
    assert page.locator(SHOWN).count() == 50
    assert not page.locator("#filter").is_visible()


def test_links_lead_to_their_sections(pages, address):
    page = pages.open(address)
    tab_to(page, "nav a")
    page.keyboard.press("Enter")
    assert page.url.endswith("#scores")


def test_printed_all_errors_are_there_and_nothing_scrolls(pages, address):
    page = pages.open(address, 800)
    page.select_option("#kind", index=1)
    page.emulate_media(media="print")
    assert page.locator(SHOWN).count() == 50
    assert not page.locator("#filter").is_visible() and not page.locator("nav").is_visible()
    wide = "[...document.querySelectorAll('.scrolls')].every((e) => e.scrollWidth <= innerWidth)"
    assert page.evaluate(wide)


@pytest.mark.parametrize("width", [360, 1400])
def test_no_label_of_a_figure_is_cut_off(pages, address, width):
    page = pages.open(address, width)
    outside = """() => [...document.querySelectorAll("svg")].flatMap((svg) => {
      const box = svg.getBoundingClientRect();
      return [...svg.querySelectorAll("text")].filter((text) => {
        const inner = text.getBoundingClientRect();
        return inner.left < box.left - 1 || inner.right > box.right + 1
          || inner.top < box.top - 1 || inner.bottom > box.bottom + 1;
      }).map((text) => text.textContent);
    })"""
    assert page.evaluate(outside) == []


def test_a_picture_of_its_first_two_sections(address, tmp_path):
    out = tmp_path / "docs" / "report.png"
    report = url2pathname(urlparse(address).path)
    done = run_screenshot(f"--report={report}", f"--out={out}")
    assert done.returncode == 0, done.stderr
    picture = out.read_bytes()
    width, height = struct.unpack(">II", picture[16:24])
    assert picture.startswith(b"\x89PNG\r\n\x1a\n") and width == 1200 and 800 < height < 4000


def test_a_picture_of_no_report_is_refused(tmp_path):
    report, out = tmp_path / "none.html", tmp_path / "report.png"
    done = run_screenshot(f"--report={report}", f"--out={out}")
    assert done.returncode == 2 and "none.html" in done.stderr
    assert "Traceback" not in done.stderr and not list(tmp_path.iterdir())
