"""Mode ask: a question, or many, about a text of one's own, answered in the terminal."""

import codecs
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise, takewhile
from typing import TextIO

from squad_reader.config import Config
from squad_reader.errors import InputError
from squad_reader.predict.answers import Answer, Progress
from squad_reader.predict.reader import Reader
from squad_reader.score.marked_text import PICTURES, PREDICTED, choose_brackets, marked_lines
from squad_reader.score.show_examples import use_colour
from squad_reader.screen import Stream, say, say_result
from squad_reader.serve.passages import BLANK_LINE, SENTENCE
from squad_reader.serve.text_file import read_text, utf_8
from squad_reader.serve.text_reader import Found, TextReader
from squad_reader.serve.visible import has_visible

PROMPT = "question: "
LONG_TEXT = 16  # passages; fewer are read at once
LONG_CHARS = 300_000  # of a text that takes a second before it is read
# Of a sentence, or of its paragraph: the end of a line alone is none.
SENTENCE_END = re.compile(rf"{SENTENCE}\s+|{BLANK_LINE.pattern}")
LINE_END = re.compile(r"[^\S\r\n]*[\r\n]\s*")
MOST_AROUND = 1_000  # characters that are shown before an answer, and behind it


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
    if len(text) >= LONG_CHARS:
        say(f"Cutting a text of {len(text):,} characters into passages", sys.stderr)
    texts = TextReader(reader, text)
    if not texts.passages:
        flag = "--text" if config.text else "--context"
        raise InputError(f"{flag}: expected a text with a word, got an empty one")
    if len(texts.passages) < LONG_TEXT:
        progress = None
    for question in _questions(config):
        if not has_visible(question):
            raise InputError("--question: expected a question, got an empty one")
        read, tokens = texts.question_tokens(question)
        if read < tokens:
            say(f"read the first {read} of the question's {tokens} tokens", sys.stderr)
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
    yield from takewhile(has_visible, _typed() if sys.stdin.isatty() else _piped())


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
        shown = " ".join(answer.text.split()).translate(PICTURES)
        lines.append(f"{as_percent(answer.probability)}  {shown}")
        sentence, span = one_line(text, answer)
        marked = marked_lines(sentence, {PREDICTED: [span]}, columns - 8, brackets)
        lines += [" " * 8 + line for line in marked]
    if found.read < found.passages:
        lines.append(
            f"Read {found.read:,} of {found.passages:,} passages, by the question's words."
        )
    return lines


def as_percent(probability: float) -> str:
    """Of six characters; only what is certain is 100.0 %."""
    return ">99.9%" if 0.9995 <= probability < 1.0 else f"{probability:6.1%}"


def one_line(text: str, answer: Answer) -> tuple[str, tuple[int, int]]:
    """The sentence around an answer, with a space for each end of a line; the answer's place there.

    Example:
        >>> one_line("Agnes lit\\nthe lamp. Then she left.", Answer("the lamp", 10, 18, 1.0))
        ('Agnes lit the lamp.', (10, 18))
    """
    start, end = sentence_around(text, answer)
    edges = (start, answer.char_start, answer.char_end, end)
    parts = [LINE_END.sub(" ", text[slice(*each)]) for each in pairwise(edges)]
    return "".join(parts), (len(parts[0]), len(parts[0] + parts[1]))


def sentence_around(text: str, answer: Answer) -> tuple[int, int]:
    """Where the sentence, or the sentences, of an answer begin and end in the text.

    Of one that is very long only what is near to the answer.

    Example:
        >>> text = "Gate opens at 9. Ferry leaves at 10. All at sea."
        >>> start, end = sentence_around(text, Answer("10", 33, 35, 1.0))
        >>> text[start:end]
        'Ferry leaves at 10.'
    """
    start, end = _words_around(text, answer)
    for found in SENTENCE_END.finditer(text, start, end):
        if found.end() <= answer.char_start:
            start = found.end()
        elif found.start() >= answer.char_end:
            end = found.start()
            break
    start = answer.char_start - len(text[start : answer.char_start].lstrip())
    return start, answer.char_end + len(text[answer.char_end : end].rstrip())


def _words_around(text: str, answer: Answer) -> tuple[int, int]:
    """The text around an answer as far as it may be shown, without half a word."""
    start, end = answer.char_start - MOST_AROUND, answer.char_end + MOST_AROUND
    if start > 0:
        start = text.find(" ", start, answer.char_start) + 1 or start
    if end < len(text):
        end = max(text.rfind(" ", answer.char_end, end), answer.char_end)
    return max(start, 0), end
