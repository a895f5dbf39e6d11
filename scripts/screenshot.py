"""Draws the page of the service, with an answer, or the first two sections of a report, as a PNG.

Usage: python scripts/screenshot.py [--ckpt_load_dir=DIR] [--glove_path=FILE] [--out=docs/page.png]
       python scripts/screenshot.py --report=report/index.html [--out=docs/report.png]

A checkpoint without vectors of its own needs the GloVe file that it was trained with. Needs
Chromium (in PATH, or at SQUAD_READER_CHROMIUM) and playwright, which `scripts/install test` brings.
"""

import argparse
import os
import shutil
import socket
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "code"))

from squad_reader.config import Config  # noqa: E402
from squad_reader.errors import InputError  # noqa: E402
from squad_reader.files import SHIPPED  # noqa: E402
from squad_reader.screen import run_command  # noqa: E402
from squad_reader.serve.server import make_app  # noqa: E402

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
FLAGS += "--disable-background-networking --disable-component-update"
FOUND = [os.environ.get("SQUAD_READER_CHROMIUM"), *map(shutil.which, NAMES)]
CHROMIUM = next(filter(None, FOUND), None)


def start(playwright):
    """A browser without a window."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())


@contextmanager
def served(app):
    """The application's address, while a thread serves it."""
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        given = {"sockets": [listening]}
        thread = threading.Thread(target=server.run, kwargs=given, daemon=True)
        thread.start()
        try:
            yield "http://{}:{}".format(*listening.getsockname())
        finally:
            server.should_exit = True
            thread.join(10)


@contextmanager
def opened(address, width):
    """The page at an address, in a window of its own."""
    with sync_playwright() as playwright, start(playwright) as browser:
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(address)
        yield page


def save(page, out, clip=None):
    """Write the page, or what `clip` says of it, as a PNG."""
    out.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=out, full_page=True, clip=clip)


def draw(address, out):
    """Ask an example on the page at an address, and write what is seen."""
    with opened(address, 1100) as page:
        page.get_by_role("button", name="Timetable").press("Enter")  # no pointer over it
        page.locator("#question").press("Enter")
        page.locator("mark.best").first.wait_for()
        save(page, out)


def draw_report(report, out):
    """Write what is seen of a report's page: scores, and which reader is better."""
    width = 1200
    with opened(report.absolute().as_uri(), width) as page:
        last = page.locator("#comparisons").bounding_box()
        height = last["y"] + last["height"] + 16
        save(page, out, {"x": 0, "y": 0, "width": width, "height": height})


def main(argv=None):
    """The exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], allow_abbrev=False)
    parser.add_argument("--ckpt_load_dir", default=SHIPPED, help="folder of a checkpoint")
    parser.add_argument("--glove_path", default="", help="GloVe file")
    parser.add_argument("--report", type=Path, help="a report's page, in place of the service")
    parser.add_argument("--out", type=Path, help="the PNG; if not given, README's picture")
    flags = parser.parse_args(argv)
    out = flags.out or ROOT / "docs" / ("report.png" if flags.report else "page.png")

    def run():
        if CHROMIUM is None:
            raise InputError(f"expected one of {', '.join(NAMES)} in PATH, found none")
        if flags.report:
            if not flags.report.is_file():
                raise InputError(f"--report: expected a report's page, none at {flags.report}")
            draw_report(flags.report, out)
            return 0
        app = make_app(Config(ckpt_load_dir=flags.ckpt_load_dir, glove_path=flags.glove_path))
        with served(app) as address:
            draw(address, out)
        return 0

    return run_command("screenshot.py", run)


if __name__ == "__main__":
    sys.exit(main())
