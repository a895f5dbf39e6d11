"""`TextReader`: a text of any length, and questions about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from squad_reader.data.batch_order import sorted_batches
from squad_reader.data.batches import Batch, make_batch, make_batches
from squad_reader.data.preprocess import preprocess
from squad_reader.data.spans import token_to_char_span
from squad_reader.data.tokenized import TokenizedData
from squad_reader.data.tokenizer import token_spans
from squad_reader.errors import InputError
from squad_reader.predict.answers import Answer, Progress
from squad_reader.predict.reader import Reader, as_data
from squad_reader.serve.passages import Passage, passages_of
from squad_reader.serve.ranking import Ranking
from squad_reader.serve.seen_letters import seen_span
from squad_reader.serve.spans_of_text import FoundSpan, SpansOfText
from squad_reader.serve.visible import has_visible

PASSAGE_TOKENS = 300  # few contexts of SQuAD are longer
PARAGRAPH_TOKENS = 600  # of one that is not cut; all but 7 of 20,963 contexts of SQuAD
MOST_READ = 64  # passages that are read for a question
AT_ONCE = 16  # windows: with more a text takes as long and far more memory, which onnxruntime keeps


@dataclass(frozen=True)
class Found:
    """What a text answers.

    Attributes:
        answers: the best first; empty where the text has no token.
        read: how many passages were read.
        passages: how many there are.
    """

    answers: list[Answer]
    read: int
    passages: int


class Read(NamedTuple):
    """The passages that were read for a question, and all their spans."""

    passages: list[Passage]
    spans: SpansOfText


class Look(NamedTuple):
    """What the words of an answer looked at in the question.

    Attributes:
        answer, question: their words.
        weights: of each word of the answer for each of the question; they add up to 1.
    """

    answer: list[str]
    question: list[str]
    weights: list[list[float]]


class TextReader:
    """Answers questions about one text, on one scale of probabilities for all of it.

    Args:
        reader: of one model.
        text: of any length; paragraphs are told apart by blank lines, and cut where they are long.
        most_read: passages to read for a question; of more, those that fit it best are read.

    Raises:
        InputError: a reader of several models.
    """

    def __init__(self, reader: Reader, text: str, most_read: int = MOST_READ) -> None:
        if len(reader.members) != 1:
            raise InputError(f"expected a reader of one model, got one of {len(reader.members)}")
        self.reader, self.text, self.most_read = reader, text, most_read
        most_tokens = min(PASSAGE_TOKENS, reader.reading.context_len)
        overlap = min(reader.reading.max_answer_len or most_tokens, most_tokens // 2)
        found = passages_of(text, most_tokens, PARAGRAPH_TOKENS, overlap)
        self.passages = [passage for passage in found if has_visible(passage.text)]
        self._ranking: Ranking | None = None  # made by the first question

    def ask(self, question: str, n_best: int = 1, progress: Progress | None = None) -> Found:
        """The best answers, the best first.

        Args:
            question: the question.
            n_best: how many at most.
            progress: wraps the batches, to show how far it is.
        """
        if not self.passages:
            return Found([], 0, 0)
        read = self.read(question, progress)
        return Found(self.answers(read, n_best), len(read.passages), len(self.passages))

    def read(self, question: str, progress: Progress | None = None) -> Read:
        """Read the passages for a question; there must be one."""
        some = self._fitting(question)
        return Read(some, self._read(_tokenized(some, question), some, progress))

    def answers(self, read: Read, n_best: int = 1) -> list[Answer]:
        """The best answers of what was read, the best first.

        Spans may be the same answer where their tokens are parts of a letter, or are not seen: it
        comes once, with the probability of the best of them.
        """
        temperature, number = self.reader.members[0].temperature, n_best
        while True:
            spans = read.spans.best(number, temperature)
            found: dict[tuple[int, int], Answer] = {}
            for answer in (self._answer(read.passages, span) for span in spans):
                if answer.text:
                    found.setdefault((answer.char_start, answer.char_end), answer)
            if len(found) >= n_best or len(spans) < number:
                return list(found.values())[:n_best]
            number *= 2

    def question_tokens(self, question: str) -> tuple[int, int]:
        """How many tokens of a question are read, and how many it has."""
        number = len(token_spans(question))
        return min(number, self.reader.reading.question_len), number

    def look(self, question: str, answer: Answer) -> Look | None:
        """What the words of an answer looked at in the question.

        Args:
            question: the question.
            answer: one that `ask` gave to it.

        Returns:
            None where the model has nothing to tell.
        """
        passage = next(p for p in reversed(self.passages) if p.char_start <= answer.char_start)
        tokenized = _tokenized([passage], question)
        rows, (encoded,) = self.reader.rows(tokenized), self.reader.encode(tokenized)
        ends = tokenized.context_char_ends + passage.char_start
        starts = tokenized.context_char_starts + passage.char_start
        places = np.flatnonzero((starts < answer.char_end) & (ends > answer.char_start))
        holds = (rows.window_starts <= places[0]) & (rows.window_starts + rows.lengths > places[-1])
        row = int(np.argmax(holds))
        batch = make_batch(rows, encoded, np.array([row]), share=True)
        attention = self.reader.members[0].scorer.get_attention(batch)
        if attention is None:
            return None
        # A list: an array would give all sources of the passage the width of the longest one.
        sources, asked_len = tokenized.sources, int(rows.question_lengths()[row])
        asked = [sources[i] for i in tokenized.question_tokens[:asked_len]]
        words = [sources[i] for i in tokenized.context_tokens[places]]
        weights = attention[0, places - rows.window_starts[row], : len(asked)]
        return Look(words, asked, weights.tolist())

    def _fitting(self, question: str) -> list[Passage]:
        """The passages to read, in the order of the text."""
        if len(self.passages) <= self.most_read:
            return self.passages
        if self._ranking is None:
            self._ranking = Ranking(self.passages)
        return [self.passages[i] for i in self._ranking.best(question, self.most_read)]

    def _read(
        self, tokenized: TokenizedData, some: list[Passage], progress: Progress | None
    ) -> SpansOfText:
        """Read all windows of all passages."""
        (member,), (encoded,) = self.reader.members, self.reader.encode(tokenized)
        rows, reading = self.reader.rows(tokenized), self.reader.reading
        # No window has a longer span. All spans of a long passage would not fit into memory.
        longest = min(reading.max_answer_len or reading.context_len, reading.context_len)
        spans = SpansOfText(some, longest)
        numbers = sorted_batches(rows, min(reading.batch_size, AT_ONCE))
        batches: Iterable[Batch] = make_batches(rows, encoded, numbers)
        for batch in progress(batches, len(numbers)) if progress else batches:
            starts, ends = member.scorer.get_logits(batch)
            for i, row in enumerate(batch.rows):
                length = rows.lengths[row]
                first = int(rows.window_starts[row])
                spans.add(int(rows.examples[row]), first, starts[i, :length], ends[i, :length])
        return spans

    def _answer(self, some: list[Passage], span: FoundSpan) -> Answer:
        """A span of one of these passages as a slice of the text."""
        passage = next(each for each in reversed(some) if each.first <= span.start_pos)
        start, end = (place - passage.first for place in (span.start_pos, span.end_pos))
        starts, ends = passage.spans.T + passage.char_start
        places = seen_span(self.text, *token_to_char_span(starts, ends, start, end))
        return Answer(self.text[slice(*places)], *places, span.probability)


def _tokenized(some: list[Passage], question: str) -> TokenizedData:
    """Passages with a question; their tokens are known, those of the question are made."""
    spans = {passage.text: passage.spans for passage in some}
    data = as_data((passage.text, question) for passage in some)
    return preprocess(data, lambda text: spans[text].tolist())
