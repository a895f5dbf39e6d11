"""Mode ask: a question, or many, about a text of one's own, answered in the terminal."""

import codecs
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import takewhile
from typing import TextIO

from squad_reader.config import Config
from squad_reader.errors import InputError
from squad_reader.predict.answers import Answer, Progress
from squad_reader.predict.reader import Reader
from squad_reader.score.marked_text import PICTURES, PREDICTED, choose_brackets, marked_lines
from squad_reader.score.show_examples import use_colour
from squad_reader.screen import Stream, say_result
from squad_reader.serve.text_file import read_text, utf_8
from squad_reader.serve.text_reader import Found, TextReader

PROMPT = "question: "
LONG_TEXT = 16  # passages; fewer are read at once
SENTENCE_END = re.compile(r"[.!?][\"')\]]*\s+|\n+|\r+")


def ask(config: Config, reader: Reader, num_best: int, progress: Progress | None = None) -> None:
    """Answer `config.question`, or each line of a prompt, from `config.text` or `config.context`.

    Args:
        config: `question`, `text`, `context`, `json`.
        reader: of one model.
        num_best: answers to show.
        progress: wraps the batches, to show how far it is; used where the text is long.

    Raises:
        InputError: there is no text, or no question.
        OSError: an answer cannot be printed; no further question is answered.
    """
    text = config.text or read_text(config.context)
    texts = TextReader(reader, text)
    if not texts.passages:
        raise InputError("--context: expected a text with a word, got an empty one")
    if len(texts.passages) < LONG_TEXT:
        progress = None
    for question in _questions(config):
        if not question.strip():
            raise InputError("--question: expected a question, got an empty one")
        found = texts.ask(question, num_best, progress)
        for line in as_json(question, found) if config.json else as_lines(text, found):
            say_result(line)


def _questions(config: Config) -> Iterator[str]:
    """The question of the flag, or those of a prompt until its end or an empty line."""
    if config.question:
        yield config.question
        return
    if config.context == "-" and not config.text:
        raise InputError("--question: expected one, as --context=- takes standard input")
    yield from takewhile(str.strip, _typed() if sys.stdin.isatty() else _piped())


def _typed() -> Iterator[str]:
    """Lines of a prompt, until its end."""
    with suppress(ImportError):  # Windows has no such module
        import readline  # noqa: F401  # gives `input` a history
    while True:
        try:
            yield input(_prompt())
        except EOFError:
            return
        except UnicodeDecodeError as error:
            raise InputError(f"--question: expected text in {error.encoding}, got other") from error


def _prompt() -> str:
    """For `input`, which writes it on stdout; where that is a file, it goes to stderr here."""
    if sys.stdout.isatty():
        return PROMPT
    stderr = Stream(sys.stderr)
    stderr.write(PROMPT)
    stderr.flush()
    return ""


def _piped() -> Iterator[str]:
    """Lines of standard input: in UTF-8 whatever the locale, as `--context` is."""
    for number, line in enumerate(sys.stdin.buffer, 1):
        yield utf_8(line, f"standard input, line {number}").rstrip("\r\n")


def as_json(question: str, found: Found) -> list[str]:
    """One line of JSON; places are in code points of the text."""
    answers = [answer._asdict() for answer in found.answers]
    content = {"question": question, "answers": answers}
    counts = {"passages_read": found.read, "passages": found.passages}
    return [json.dumps({**content, **counts}, ensure_ascii=not takes_all_letters(sys.stdout))]


def takes_all_letters(stream: TextIO) -> bool:
    """Whether letters may stand as they are: what `screen.prepare` escapes, JSON could not read."""
    return codecs.lookup(stream.encoding or "utf-8").name.startswith("utf")


def as_lines(text: str, found: Found) -> list[str]:
    """Each answer with its probability, and its sentence with the answer marked."""
    columns = shutil.get_terminal_size().columns
    brackets = None if use_colour(sys.stdout, os.environ) else choose_brackets(text)
    lines = []
    for answer in found.answers:
        start, end = sentence_around(text, answer)
        span = (answer.char_start - start, answer.char_end - start)
        shown = " ".join(answer.text.split()).translate(PICTURES)
        lines.append(f"{answer.probability:6.1%}  {shown}")
        marked = marked_lines(text[start:end], {PREDICTED: [span]}, columns - 8, brackets)
        lines += [" " * 8 + line for line in marked]
    if found.read < found.passages:
        lines.append(
            f"Read {found.read:,} of {found.passages:,} passages, by the question's words."
        )
    return lines


def sentence_around(text: str, answer: Answer) -> tuple[int, int]:
    """Where the sentence, or the sentences, of an answer begin and end in the text.

    Example:
        >>> text = "Gate opens at 9. Ferry leaves at 10. All at sea."
        >>> start, end = sentence_around(text, Answer("10", 33, 35, 1.0))
        >>> text[start:end]
        'Ferry leaves at 10.'
    """
    start, end = 0, len(text)
    for found in SENTENCE_END.finditer(text):
        if found.end() <= answer.char_start:
            start = found.end()
        elif found.start() >= answer.char_end - 1:
            end = found.start() + len(found.group().rstrip())
            break
    return start, max(end, answer.char_end)
