"""A whole SQuAD file as arrays: word numbers, places of tokens, answers as token spans.

Joins `squad_json`, `tokenizer` and `spans`; what comes after works on these arrays only. The
seed wrote tokens as text files, one context for each question, and left out the questions whose
answer it could not place. Here each context is tokenised once and every question is kept.

The arrays are cached in a folder, one file for each content of a data file and version of the
tokenizer, so that a second start need not read the JSON. A cache that is damaged, or can't be
written, costs time and nothing else.
"""

import hashlib
import os
from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import chain
from pathlib import Path

import numpy as np

from squad_reader.data.cache import read_cache, write_cache
from squad_reader.data.spans import first_placed
from squad_reader.data.squad_json import SquadData, read_and_tell
from squad_reader.data.tokenizer import TOKENIZER_VERSION, normalise, token_spans
from squad_reader.errors import InputError

CACHE_VERSION = 2  # raise it with each change of TokenizedData's fields or of their meaning


@dataclass(frozen=True)
class TokenizedData:
    """A SQuAD file as arrays. C contexts, Q questions, W distinct words.

    Attributes:
        words: distinct token texts as `normalise` gives them, most frequent first, ties in
            alphabetical order.
        word_counts: int64, (W,). How often each occurs in contexts (each counted once) and
            questions.
        context_words: int32, all contexts' tokens one after the other, as indices into `words`.
        context_char_starts, context_char_ends: int32, the place of each of these tokens in its
            context, half open.
        context_offsets: int64, (C + 1,). Context i is `[offsets[i]:offsets[i + 1]]` of these.
        question_words: int32, all questions' tokens, as indices into `words`.
        question_offsets: int64, (Q + 1,). Likewise.
        example_contexts: int32, (Q,). Which context a question is about.
        start_pos, end_pos: int32, (Q,). Token span of the first gold answer that has a place,
            both inclusive, counted from the first token of its context; -1 if there is none.
        exact: bool, (Q,). True where that span is just the answer; False where it was widened to
            whole tokens and where there is none.
    """

    words: list[str]
    word_counts: np.ndarray
    context_words: np.ndarray
    context_char_starts: np.ndarray
    context_char_ends: np.ndarray
    context_offsets: np.ndarray
    question_words: np.ndarray
    question_offsets: np.ndarray
    example_contexts: np.ndarray
    start_pos: np.ndarray
    end_pos: np.ndarray
    exact: np.ndarray


class _Tokens:
    """Tokens of many texts, one after the other.

    Args:
        texts: contexts or questions.
        numbers: gives a number to each distinct source text; shared by contexts and questions.
    """

    def __init__(self, texts: Iterable[str], numbers: defaultdict[str, int]) -> None:
        words, chars, lengths = array("i"), array("i"), [0]
        for text in texts:
            spans = token_spans(text)
            words.extend([numbers[text[start:end]] for start, end in spans])
            chars.extend(chain.from_iterable(spans))
            lengths.append(len(spans))
        self.words = np.array(words, dtype=np.int32)
        self.char_starts = np.array(chars[0::2], dtype=np.int32)
        self.char_ends = np.array(chars[1::2], dtype=np.int32)
        self.offsets = np.cumsum(lengths, dtype=np.int64)


def preprocess(data: SquadData) -> TokenizedData:
    """Tokenise a SQuAD file and place its answers.

    Args:
        data: the file's contexts and questions.

    Returns:
        The same as arrays; questions and contexts in the order of the file.
    """
    numbers: defaultdict[str, int] = defaultdict(lambda: len(numbers))
    contexts = _Tokens(data.contexts, numbers)
    questions = _Tokens((example.question for example in data.examples), numbers)
    words, new_numbers, word_counts = _count_words(
        list(numbers), np.concatenate([contexts.words, questions.words])
    )
    spans = _place_answers(data, contexts)
    return TokenizedData(
        words=words,
        word_counts=word_counts,
        context_words=new_numbers[contexts.words],
        context_char_starts=contexts.char_starts,
        context_char_ends=contexts.char_ends,
        context_offsets=contexts.offsets,
        question_words=new_numbers[questions.words],
        question_offsets=questions.offsets,
        example_contexts=np.array([ex.context_index for ex in data.examples], dtype=np.int32),
        start_pos=np.array([start_pos for start_pos, _, _ in spans], dtype=np.int32),
        end_pos=np.array([end_pos for _, end_pos, _ in spans], dtype=np.int32),
        exact=np.array([exact for _, _, exact in spans], dtype=bool),
    )


def _count_words(
    sources: list[str], tokens: np.ndarray
) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Distinct words by frequency, the new number of each source text, the counts of the words."""
    counts: defaultdict[str, int] = defaultdict(int)
    normalised = [normalise(source) for source in sources]
    occurrences = np.bincount(tokens, minlength=len(sources))
    for word, count in zip(normalised, occurrences.tolist(), strict=True):
        counts[word] += count
    words = sorted(counts, key=lambda word: (-counts[word], word))
    number = {word: i for i, word in enumerate(words)}
    new_numbers = np.array([number[word] for word in normalised], dtype=np.int32)
    return words, new_numbers, np.array([counts[word] for word in words], dtype=np.int64)


def _place_answers(data: SquadData, contexts: _Tokens) -> list[tuple[int, int, bool]]:
    """start_pos, end_pos, exact of each question's first gold answer that has a place."""
    spans = []
    for example in data.examples:
        context = slice(*contexts.offsets[example.context_index : example.context_index + 2])
        starts, ends = contexts.char_starts[context], contexts.char_ends[context]
        spans.append(first_placed(starts, ends, example.answers))
    return spans


def load_or_preprocess(
    path: str | os.PathLike[str],
    cache_dir: str | os.PathLike[str] | None,
    data: SquadData | None = None,
) -> TokenizedData:
    """A SQuAD file as arrays, from the cache if the same content was tokenised before.

    Args:
        path: the SQuAD file, `.json` or `.json.gz`.
        cache_dir: folder of the cache, made if missing; None for no cache.
        data: the same file, where it has been read already.

    Returns:
        The same with and without a cache.

    Raises:
        InputError: the file is missing or not SQuAD.
    """
    if cache_dir is None:
        return preprocess(data or read_and_tell(path))
    cache = Path(cache_dir) / f"tokens-{_key(path)}.npz"
    tokenized = _read_cache(cache)
    if tokenized is None:
        tokenized = preprocess(data or read_and_tell(path))
        write_cache(cache, {**vars(tokenized), "words": _join(tokenized.words)})
    return tokenized


def _key(path: str | os.PathLike[str]) -> str:
    """Changes with the file's content, not with its name or date."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {os.fspath(path)}: {error.strerror}") from error
    digest = hashlib.sha256(f"{TOKENIZER_VERSION} {CACHE_VERSION} ".encode())
    digest.update(content)
    return digest.hexdigest()[:32]


def _read_cache(path: Path) -> TokenizedData | None:
    arrays = read_cache(path, [field.name for field in fields(TokenizedData)])
    if arrays is None:
        return None
    return TokenizedData(_split(arrays.pop("words")), **arrays)


def _join(words: list[str]) -> np.ndarray:
    """Words as UTF-8 bytes, a line feed after each: no token holds one."""
    text = "".join(word + "\n" for word in words)
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)


def _split(joined: np.ndarray) -> list[str]:
    return joined.tobytes().decode("utf-8", "surrogatepass").split("\n")[:-1]


def report(tokenized: TokenizedData) -> str:
    """One line of counts: questions, contexts, tokens, and what became of the first answers."""
    questions, contexts = len(tokenized.start_pos), len(tokenized.context_offsets) - 1
    exact, missing = int(np.sum(tokenized.exact)), int(np.sum(tokenized.start_pos < 0))
    return (
        f"{questions:,} questions on {contexts:,} contexts of {len(tokenized.context_words):,} "
        f"tokens, {len(tokenized.words):,} distinct words; first answers: {exact:,} exactly whole "
        f"tokens, {questions - exact - missing:,} widened to whole tokens, {missing:,} missing"
    )
