"""The page in a real browser, without a window: asking, by all ways, and what is told of errors."""

from urllib.parse import urlsplit

import pytest
from browsing import (
    ACCENTED,
    GROUND,
    IN_CHROMIUM,
    answered,
    application,
    ask,
    assert_best,
    behind_a_proxy,
    tab_to,
)
from screenshot import served

from squad_reader.serve.service import Limits

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


@pytest.mark.parametrize(
    ("name", "answer", "after"),
    [("Timetable", "12", " fit"), ("History", "Quill", ", a widow"), ("Recipe", "25", " minutes")],
)
def test_an_example_fills_the_fields_and_is_answered(pages, address, name, answer, after):
    page = pages.open(address)
    assert page.locator("#examples button").count() == 3
    page.get_by_role("button", name=name).click()
    text = page.input_value("#context")
    assert page.input_value("#question").endswith("?")
    page.keyboard.press("Enter")  # the focus is in the question
    answered(page)
    assert_best(page, text, answer, text[: text.index(answer + after)])


@pytest.mark.parametrize(
    ("text", "question", "field", "said", "statuses"),
    [
        (" ", "Where?", "context", "Give a text to read.", 0),  # the page sees it
        ("in Riga", " ", "question", "Give a question.", 0),
        # Only the server sees it.
        ("\x85", "Where?", "context", "expected a text with a word, got an empty one", 1),
    ],
)
def test_what_is_empty_is_told_at_its_field(pages, address, text, question, field, said, statuses):
    page = pages.open(address)
    ask(page, text, question)
    assert page.get_by_role("alert").text_content() == said
    wrong = page.locator(f"#{field}:focus")
    assert wrong.get_attribute("aria-describedby") == "error"
    assert wrong.get_attribute("aria-invalid") == "true"
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


def test_a_second_question_is_asked_on_the_same_text(pages, address):
    page, sent = pages.open(address), []
    page.on("request", lambda request: sent.append(request.post_data_json))
    ask(page, ACCENTED, "First?")
    page.fill("#question", "Second?")
    page.press("#question", "Enter")
    answered(page)
    asked = [(ACCENTED, "First?"), (ACCENTED, "Second?")]
    assert [(each["context"], each["question"]) for each in sent] == asked
    assert page.locator("#result-title").text_content() == "“Second?”"
    assert_best(page, ACCENTED, "Riga", ACCENTED[: ACCENTED.rindex("Riga")])
    assert page.locator("#earlier .asked").all_text_contents() == ["First?"]
    assert page.locator("#earlier .note").count() == 0  # nothing of another text


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
    link = urlsplit(page.url)  # of which servers and their logs never get the fragment
    assert link.path == "/" and link.query == "" and "Riga" in link.fragment
    fresh = pages.open(page.url)
    assert fresh.input_value("#context") == text and fresh.input_value("#question") == question


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


@pytest.mark.parametrize("strips", [False, True])
@pytest.mark.parametrize("end", ["", "/"])
def test_behind_a_proxy_all_is_found(pages, strips, end):
    app = application(root_path="/reader")
    with served(behind_a_proxy(app, "/reader", strips)) as address:
        page = pages.open(address + "/reader" + end)
        ask(page, "in Riga")
        assert page.locator("mark.best").all_text_contents() == ["Riga"]
        assert page.evaluate(GROUND) == [247, 247, 244]  # of page.css
        page.get_by_role("link", name="Ask from a program").click()
        page.wait_for_url(address + "/reader/docs")
        assert page.evaluate(GROUND) == [247, 247, 244]
        page.get_by_role("link", name="To the page for people").first.click()
        page.wait_for_url(address + "/reader/")
        page.close()  # before the server: it may still ask for the icon


def test_what_the_policy_forbids_is_noticed(pages, address):
    page = pages.open(address)
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.wait_for_timeout(100)
    assert len(pages.complaints) == 1 and "Content Security Policy" in pages.complaints.pop()
