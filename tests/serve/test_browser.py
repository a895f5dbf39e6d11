"""The page in a real browser, without a window: the application served, a stub for the model."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from browsing import (
    ACCENTED,
    GROUND,
    IN_CHROMIUM,
    IN_SIGHT,
    answered,
    application,
    ask,
    assert_best,
    assert_fits,
    behind_a_proxy,
    tab_to,
    violations,
)
from screenshot import served

from squad_reader.serve.service import Limits

SCREENSHOT = Path(__file__).parents[2] / "scripts" / "screenshot.py"
FAR = "Riga " + "word " * 3000 + "Oslo " + "word " * 3000

pytestmark = IN_CHROMIUM


def test_by_keyboard_only_the_answer_is_marked_at_its_characters(pages, address):
    page = pages.open(address)
    tab_to(page, "#context")
    page.keyboard.insert_text(ACCENTED)
    tab_to(page, "#question")
    page.keyboard.type("Where?")
    page.keyboard.press("Enter")
    answered(page)
    assert_best(page, ACCENTED, "Riga", ACCENTED[: ACCENTED.rindex("Riga")])
    assert page.locator("#status").text_content().startswith("Answer: “Riga”. Probability: ")


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


def test_an_example_fills_the_fields_and_is_answered(pages, address):
    page = pages.open(address)
    page.get_by_role("button", name="Timetable").click()
    text = page.input_value("#context")
    page.keyboard.press("Enter")  # the focus is in the question
    answered(page)
    assert_best(page, text, "12", text[: text.index("12 fit")])


@pytest.mark.parametrize(
    ("text", "said", "statuses"),
    [
        (" ", "Give a text to read.", 0),  # the page sees it
        ("\x85", "expected a text with a word, got an empty one", 1),  # only the server sees it
    ],
)
def test_an_empty_text_is_told_at_its_field(pages, address, text, said, statuses):
    page = pages.open(address)
    ask(page, text)
    assert page.get_by_role("alert").text_content() == said
    field = page.locator("#context:focus")
    assert field.get_attribute("aria-describedby") == "error"
    assert field.get_attribute("aria-invalid") == "true"
    assert ["422" in each for each in pages.complaints] == [True] * statuses
    pages.complaints.clear()
    ask(page, "in Riga")
    assert page.get_by_role("alert").text_content() == ""
    assert page.locator("[aria-invalid]").count() == 0


def test_a_busy_server_is_told_at_the_button(pages):
    with served(application(Limits(waiting=0))) as busy:
        page = pages.open(busy)
        ask(page, "in Riga")
    said = page.get_by_role("alert").text_content()
    assert said == "The reader is busy. Ask again in 1 second."
    assert page.locator("#ask").get_attribute("aria-describedby") == "error"
    assert len(pages.complaints) == 1 and "503" in pages.complaints.pop()


def test_an_earlier_question_can_be_asked_again(pages, address):
    page = pages.open(address)
    ask(page, "in Riga", "First?")
    ask(page, "in Oslo", "Second?")
    page.locator("#earlier button", has_text="First?").press("Enter")
    page.locator("#result-title:focus").wait_for()
    assert page.input_value("#context") == "in Riga" and page.input_value("#question") == "First?"
    assert page.locator("mark.best").all_text_contents() == ["Riga"]
    assert page.locator("#earlier .asked").all_text_contents() == ["Second?"]


def test_a_link_brings_both_fields_into_a_fresh_page(pages, address):
    page, question = pages.open(address), "Wo? a+b&text=1 100% 🚲"
    text = ACCENTED + '\n\n# a=b & "c" <d>'
    page.fill("#context", text)
    page.fill("#question", question)
    page.click("#copy")
    answered(page)
    fresh = pages.open(page.url)
    assert fresh.input_value("#context") == text and fresh.input_value("#question") == question


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


def test_markup_is_shown_as_text(pages, address):
    page, markup = pages.open(address), "<img src=x onerror=alert(1)>"
    page.on("dialog", lambda dialog: pages.complaints.append(dialog.message) or dialog.dismiss())
    for question in (markup, "Where?" + markup):
        ask(page, f"{markup} Riga <script>alert(2)</script>", question)
    page.click("#look")
    page.locator("#heat table").wait_for()
    assert_best(page, f"{markup} Riga <script>alert(2)</script>", "Riga", markup + " ")
    assert page.locator("#result-title").text_content() == f"“Where?{markup}”"
    assert page.locator("#earlier .asked").all_text_contents() == [markup]
    assert page.locator("main img, main script, img").count() == 0


def test_behind_a_proxy_that_leaves_its_path_all_is_found(pages):
    with served(behind_a_proxy(application(root_path="/reader"), "/reader")) as address:
        page = pages.open(address + "/reader")
        assert page.url == address + "/reader/"
        ask(page, "in Riga")
        assert page.locator("mark.best").all_text_contents() == ["Riga"]
        assert page.evaluate(GROUND) == [247, 247, 244]  # of page.css
        page.get_by_role("link", name="Ask from a program").click()
        page.wait_for_url(address + "/reader/docs")
        assert page.evaluate(GROUND) == [247, 247, 244]


def test_what_the_policy_forbids_is_noticed(pages, address):
    page = pages.open(address)
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.wait_for_timeout(100)
    assert len(pages.complaints) == 1 and "Content Security Policy" in pages.complaints.pop()


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_axe_finds_nothing(pages, address, path):
    page = pages.open(address + path, color_scheme="light")
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
    command = [sys.executable, str(SCREENSHOT), *flags]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    picture = (tmp_path / "docs" / "page.png").read_bytes()
    assert picture.startswith(b"\x89PNG\r\n\x1a\n") and len(picture) > 10_000
