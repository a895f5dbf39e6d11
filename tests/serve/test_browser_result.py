"""The page in a real browser: the answers as they are seen, in all widths and colours."""

import shutil

import pytest
from browsing import (
    ACCENTED,
    COLOUR,
    GROUND,
    IN_CHROMIUM,
    IN_SIGHT,
    SHARES,
    application,
    ask,
    assert_fits,
    run_screenshot,
    violations,
)
from made_up import BlindScorer
from screenshot import served

FAR = "Riga " + "word " * 3000 + "Oslo " + "word " * 3000
BOTH = "first in Riga, and a long while later in Oslo"

pytestmark = IN_CHROMIUM


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_runner_up_is_marked_in_another_tone_than_the_best(pages, address, scheme):
    page = pages.open(address, color_scheme=scheme)
    ask(page, BOTH)
    assert page.locator("mark.best").all_text_contents() == ["Riga"]
    assert page.locator("mark.second").all_text_contents() == ["Oslo"]
    kinds = ("mark.best", "mark.second", "mark.later", "#shown")
    assert len({page.locator(kind).first.evaluate(COLOUR) for kind in kinds}) == 4


def test_a_bar_is_filled_by_the_answers_probability(pages, address):
    page = pages.open(address)
    with page.expect_response("**/v1/answer") as response:
        ask(page, BOTH)
    probabilities = [each["probability"] for each in response.value.json()["answers"]]
    assert probabilities[0] > 0.5 > probabilities[1] > 0.2
    shares = page.locator("#answers .filled").evaluate_all(SHARES)
    assert shares == pytest.approx(probabilities, abs=0.01)


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(0.0004, "<0.1%"), (0.0996, "10.0%"), (0.5, "50%"), (0.9903, "99.0%"), (0.9996, ">99.9%")],
)
def test_a_probability_near_an_end_is_not_rounded_to_it(pages, address, probability, shown):
    page = pages.open(address)
    answer = {"text": "Riga", "char_start": 3, "char_end": 7, "probability": probability}
    reply = {"answers": [answer], "passages_read": 1, "passages": 1}
    page.route("**/v1/answer", lambda route: route.fulfill(json=reply))
    ask(page, "in Riga")
    assert page.locator("#answers .percent").text_content() == shown
    assert page.locator("#status").text_content().endswith(f"Probability: {shown}.")


def test_that_a_question_was_cut_is_told(pages, address):
    page = pages.open(address)
    ask(page, "in Riga", "where " * 33 + "?")
    line = "Of the question only the first 30 of 34 words and marks were read. Ask in fewer words."
    assert page.locator("#cut:visible").text_content() == line
    ask(page, "in Riga", "where?")
    page.locator("#cut").wait_for(state="hidden")


@pytest.mark.parametrize("way", ["click", "Enter"])
def test_a_runner_up_is_scrolled_to_and_current(pages, address, way):
    page = pages.open(address, reduced_motion="reduce")
    ask(page, FAR)
    texts = page.locator("#answers .words").all_text_contents()
    number = texts.index("Oslo")
    mark = page.locator(f"mark[data-ranks~='{number}']")
    assert texts[0] == "Riga" and not mark.evaluate(IN_SIGHT)
    button = page.locator("#answers button").nth(number)
    button.click() if way == "click" else button.press("Enter")
    assert mark.evaluate(IN_SIGHT)
    assert page.locator("mark[aria-current=true]").all_text_contents() == ["Oslo"]
    assert button.get_attribute("aria-current") == "true"
    assert page.locator("#answers [aria-current]").count() == 1


def test_the_heat_map_has_words_and_weights(pages, address):
    page = pages.open(address)
    ask(page, "in Riga", "Where ?")
    page.click("#look")
    page.locator("#heat table").wait_for()
    assert page.locator("#heat th[scope=col]").all_text_contents() == ["Where", "?"]
    assert page.locator("#heat th[scope=row]").all_text_contents() == ["Riga"]
    assert page.locator("#heat tbody td").all_text_contents() == ["0.00", "1.00"]
    page.click("#look")
    assert page.locator("#heat").is_hidden()


def test_a_reader_without_attention_says_so_in_place_of_a_heat_map(pages):
    with served(application(scorer=BlindScorer())) as address:
        page = pages.open(address)
        ask(page, "in Riga")
        page.click("#look")
        note = page.locator("#heat-note:visible")
        assert note.text_content() == "This reader does not show what it looks at."
        assert page.locator("#heat-map").is_hidden() and page.locator("#heat table").count() == 0


def test_a_narrow_window_does_not_scroll_sideways(pages, address):
    page = pages.open(address, width=360)
    ask(page, ACCENTED + "x" * 300, "Where is " + "y" * 200 + "?")
    page.click("#look")
    page.locator("#heat table").wait_for()
    assert_fits(page, 360)
    page.goto(address + "/docs")
    assert_fits(page, 360)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_background_follows_the_colour_scheme(pages, address, scheme):
    page = pages.open(address, color_scheme=scheme)
    ground = page.evaluate(GROUND)
    assert max(ground) < 60 if scheme == "dark" else min(ground) > 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/docs"])
def test_axe_finds_nothing(pages, address, path, scheme):
    page = pages.open(address + path, color_scheme=scheme)
    if path == "/":
        ask(page, ACCENTED, "First?")
        ask(page, ACCENTED)
        page.click("#look")
        page.locator("#heat table").wait_for()
    found = violations(page)
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []


def test_the_screenshot_is_a_picture(fixtures_dir, tmp_path):
    shutil.copytree(fixtures_dir / "golden_checkpoint", tmp_path / "reader")
    flags = [f"--ckpt_load_dir={tmp_path / 'reader'}", f"--out={tmp_path / 'docs' / 'page.png'}"]
    flags += [f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}"]
    done = run_screenshot(*flags)
    assert done.returncode == 0, done.stderr
    picture = (tmp_path / "docs" / "page.png").read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n") and len(picture) > 10_000
