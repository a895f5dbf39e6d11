"""A SQuAD file as arrays, as `preprocess` makes them and all later stages read them."""

from dataclasses import dataclass, replace

import numpy as np

from squad_reader.data.placement import Placement


@dataclass(frozen=True)
class TokenizedData:
    """A SQuAD file as arrays. C contexts, Q questions, W distinct words, S distinct sources.

    A source is a token as it stands in the text ("Levi"), a word what is looked up for it ("levi").

    Attributes:
        words: distinct token texts as `normalise` gives them, those first that are most frequent
            in contexts (each counted once) and questions, ties in alphabetical order.
        sources: distinct token texts as they stand, in the order in which contexts, then questions
            have them first.
        source_words: int32, (S,). The word of each source, as an index into `words`.
        context_tokens: int32, all contexts' tokens one after the other, as indices into `sources`.
        context_char_starts, context_char_ends: int32, the place of each of these tokens in its
            context, half open.
        context_offsets: int64, (C + 1,). Context i is `[offsets[i]:offsets[i + 1]]` of these.
        question_tokens, question_char_starts, question_char_ends: int32, likewise of the questions.
        question_offsets: int64, (Q + 1,). Likewise.
        example_contexts: int32, (Q,). Which context a question is about.
        start_pos, end_pos: int32, (Q,). Token span of the first gold answer that has a place,
            both inclusive, counted from the first token of its context; -1 if there is none.
        placement: int8, (Q,). A `Placement` for each question: how that span lies on the tokens,
            or why there is none.
    """

    words: list[str]
    sources: list[str]
    source_words: np.ndarray
    context_tokens: np.ndarray
    context_char_starts: np.ndarray
    context_char_ends: np.ndarray
    context_offsets: np.ndarray
    question_tokens: np.ndarray
    question_char_starts: np.ndarray
    question_char_ends: np.ndarray
    question_offsets: np.ndarray
    example_contexts: np.ndarray
    start_pos: np.ndarray
    end_pos: np.ndarray
    placement: np.ndarray

    @property
    def contexts(self) -> "Texts":
        """All contexts."""
        return self._texts("context")

    @property
    def questions(self) -> "Texts":
        """All questions."""
        return self._texts("question")

    def _texts(self, kind: str) -> "Texts":
        parts = ("tokens", "char_starts", "char_ends", "offsets")
        arrays = {part: getattr(self, f"{kind}_{part}") for part in parts}
        return Texts(self.sources, self.words, self.source_words, **arrays)

    @property
    def context_words(self) -> np.ndarray:
        """int32. `context_tokens` as indices into `words`; made anew at each call."""
        return self.source_words[self.context_tokens]

    @property
    def question_words(self) -> np.ndarray:
        """int32. `question_tokens` as indices into `words`; made anew at each call."""
        return self.source_words[self.question_tokens]


@dataclass(frozen=True)
class Texts:
    """Some texts as tokens, one text after the other. N tokens.

    Attributes:
        sources, words, source_words: as in `TokenizedData`.
        tokens: int32, (N,). Indices into `sources`.
        char_starts, char_ends: int32, (N,). The place of each token in its text, half open.
        offsets: int64, (number of texts + 1,). Text i is `[offsets[i]:offsets[i + 1]]` of these.
    """

    sources: list[str]
    words: list[str]
    source_words: np.ndarray
    tokens: np.ndarray
    char_starts: np.ndarray
    char_ends: np.ndarray
    offsets: np.ndarray

    def text_numbers(self) -> np.ndarray:
        """int64, (N,). In which text each token is."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    def cut(self, longest: int) -> "Texts":
        """The first `longest` tokens of each text."""
        lengths = np.minimum(np.diff(self.offsets), longest)
        return self._beginnings(np.arange(len(lengths)), lengths)

    def take(self, numbers: np.ndarray) -> "Texts":
        """These texts, one after the other; one may be taken several times."""
        return self._beginnings(numbers, np.diff(self.offsets)[numbers])

    def _beginnings(self, numbers: np.ndarray, lengths: np.ndarray) -> "Texts":
        """Of each of these texts the first tokens, as many as `lengths` says."""
        offsets = np.append(0, np.cumsum(lengths))
        places = np.repeat(self.offsets[numbers] - offsets[:-1], lengths) + np.arange(offsets[-1])
        return replace(
            self,
            tokens=self.tokens[places],
            char_starts=self.char_starts[places],
            char_ends=self.char_ends[places],
            offsets=offsets,
        )


def summary(tokenized: TokenizedData) -> str:
    """One line of counts: questions, contexts, tokens, and what became of the first answers."""
    questions, contexts = len(tokenized.start_pos), len(tokenized.context_offsets) - 1
    found = np.bincount(tokenized.placement, minlength=len(Placement))
    counts = {place: int(found[place]) for place in Placement}
    exact, widened = counts.pop(Placement.EXACT), counts.pop(Placement.WIDENED)
    missing = [f"{count:,} {place.name.lower()}" for place, count in counts.items() if count]
    return (
        f"{questions:,} questions on {contexts:,} contexts of {len(tokenized.context_tokens):,} "
        f"tokens, {len(tokenized.words):,} distinct words; first answers: {exact:,} exactly whole "
        f"tokens, {widened:,} widened to whole tokens, {sum(counts.values()):,} missing"
        + (f" ({', '.join(missing)})" if missing else "")
    )
