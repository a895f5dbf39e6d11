"""A page in a browser: opens it, uses it, looks at it. For `playwright`."""

import os
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
from made_up import LaterScorer, stub_reader
from screenshot import CHROMIUM, NAMES

from squad_reader.config import Config
from squad_reader.serve.api import make_api
from squad_reader.serve.server import guarded
from squad_reader.serve.service import Limits, Service

SCREENSHOT = Path(__file__).parents[1] / "scripts" / "screenshot.py"
MISSING = f"no {', '.join(NAMES)} in PATH (or set SQUAD_READER_CHROMIUM to a path)"
# Where Chromium must be there, as .ci/run says by this variable, to skip would hide that it is not.
DEMANDED = bool(os.environ.get("SQUAD_READER_BROWSER"))
IN_CHROMIUM = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.skipif(CHROMIUM is None and not DEMANDED, reason=MISSING),
]
LOGITS = {"Riga": 9.0, "Oslo": 8.5, "12": 9.0, "Quill": 9.0, "25": 9.0}
ACCENTED = "🚲🚲 👩‍👩‍👧 cafe\u0301 Riga, o\u0308 and then Riga again."
BEFORE_BEST = """() => {
    const range = document.createRange();
    range.setStart(document.getElementById("shown"), 0);
    range.setEndBefore(document.querySelector("mark.best"));
    return range.toString();
}"""
IN_SIGHT = """(mark) => {
    const [inner, box] = [mark, mark.closest("#shown")].map((e) => e.getBoundingClientRect());
    return inner.top >= Math.max(box.top, 0) && inner.bottom <= Math.min(box.bottom, innerHeight);
}"""
WIDTHS = "() => [document.documentElement.scrollWidth, innerWidth]"
COLOUR = "(element) => getComputedStyle(element).backgroundColor"
SHARES = """(elements) => elements.map((inner) => {
    const [part, whole] = [inner, inner.parentElement].map((e) => e.getBoundingClientRect().width);
    return part / whole;
})"""
GROUND = """() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)"""


def application(limits=None, scorer=None, **options):
    """The service with a stub for the model, as Chromium is to see it."""
    reader = stub_reader(LOGITS, scorer=scorer or LaterScorer())
    config = Config(**options)
    return guarded(make_api(Service(reader, limits or Limits()), config.root_path), config)


def behind_a_proxy(app, path, strips=False):
    """An application that is reached under a path only, which the proxy strips or leaves."""

    async def proxy(scope, receive, send):
        if scope["type"] == "http" and not f"{scope['path']}/".startswith(f"{path}/"):
            scope = {**scope, "path": "/of/another/application"}
        elif scope["type"] == "http" and strips:
            scope = {**scope, "path": scope["path"][len(path) :] or "/"}
        await app(scope, receive, send)

    return proxy


def ask(page, text, question="Where?"):
    """Fill both fields, ask, and wait for the answer or an error."""
    page.fill("#context", text)
    page.fill("#question", question)
    page.press("#question", "Enter")
    answered(page)


def answered(page):
    """Wait until something is said. By locators: the page's policy forbids to poll a function."""
    page.locator("#ask:not([aria-disabled])").wait_for()
    page.locator("#status:not(:empty), #error:not(:empty)").first.wait_for()


def assert_best(page, text, answer, before):
    assert page.locator("#shown").text_content() == text
    assert page.locator("mark.best").all_text_contents() == [answer]
    assert page.evaluate(BEFORE_BEST) == before


def run_screenshot(*flags):
    """The CompletedProcess of scripts/screenshot.py, text captured."""
    command = [sys.executable, str(SCREENSHOT), *flags]
    return subprocess.run(command, capture_output=True, text=True, timeout=100)


def tab_to(page, selector):
    for _ in range(15):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"the tabulator key does not lead to {selector}")


def assert_fits(page, width):
    """Nothing is wider than the window."""
    content, window = page.evaluate(WIDTHS)
    assert content <= window == width


def axe_script():
    """axe-core, which looks for what keeps people from using a page; a package brings its file."""
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8")


def violations(page):
    """What axe-core finds."""
    page.evaluate(axe_script())
    run = "axe.run().then(({ violations }) => { window.found = violations; })"
    page.evaluate(f"void {run}.finally(() => {{ document.body.dataset.axe = 'ended'; }})")
    page.locator("body[data-axe]").wait_for()
    return page.evaluate("window.found")


class Pages:
    """Opens pages and collects what their consoles complain about."""

    def __init__(self, browser):
        self.browser, self.complaints, self.contexts = browser, [], []

    def open(self, address, width=1100, **options):
        context = self.browser.new_context(viewport={"width": width, "height": 800}, **options)
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(address)
        return page

    def _hear(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def close(self):
        for context in self.contexts:
            context.close()
