"""A whole SQuAD file as arrays: tokens, their places and words, answers as token spans.

Joins `squad_json`, `tokenizer` and `spans`; what comes after works on these arrays only. The 2018
code wrote tokens as text files, one context for each question, and left out the questions whose
answer it could not place. Here each context is tokenised once and every question is kept.

The arrays are cached in a folder, one file for each content of a data file and version of the
tokenizer, so that a second start need not read the JSON. A cache that is damaged, or can't be
written, costs time and nothing else.
"""

import hashlib
import os
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from itertools import chain
from pathlib import Path

import numpy as np

from squad_reader.data.cache import read_cache, write_cache
from squad_reader.data.placement import placements
from squad_reader.data.spans import first_placed
from squad_reader.data.squad_data import SquadData
from squad_reader.data.squad_json import read_and_tell
from squad_reader.data.tokenized import TokenizedData
from squad_reader.data.tokenizer import TOKENIZER_VERSION, normalise, token_spans
from squad_reader.errors import InputError

# The places of a text's tokens, as `token_spans` gives them.
SpansOf = Callable[[str], Sequence[Sequence[int]]]
CACHE_VERSION = 4  # raise it with each change of TokenizedData's fields or of their meaning
TEXTS = ("words", "sources")  # the fields that are lists of texts


class _Tokens:
    """Tokens of many texts, one after the other.

    Args:
        texts: contexts or questions.
        numbers: gives a number to each distinct source text; shared by contexts and questions.
        spans_of: gives the places of a text's tokens.
    """

    def __init__(
        self,
        texts: Iterable[str],
        numbers: defaultdict[str, int],
        spans_of: SpansOf = token_spans,
    ) -> None:
        sources, chars, lengths = array("i"), array("i"), [0]
        for text in texts:
            spans = spans_of(text)
            sources.extend([numbers[text[start:end]] for start, end in spans])
            chars.extend(chain.from_iterable(spans))
            lengths.append(len(spans))
        self.sources = np.array(sources, dtype=np.int32)
        self.char_starts = np.array(chars[0::2], dtype=np.int32)
        self.char_ends = np.array(chars[1::2], dtype=np.int32)
        self.offsets = np.cumsum(lengths, dtype=np.int64)


def preprocess(data: SquadData, spans_of: SpansOf = token_spans) -> TokenizedData:
    """Tokenise a SQuAD file and place its answers.

    Args:
        data: the file's contexts and questions.
        spans_of: gives the places of a context's tokens, where they are known already.

    Returns:
        The same as arrays; questions and contexts in the order of the file.
    """
    numbers: defaultdict[str, int] = defaultdict(lambda: len(numbers))
    contexts = _Tokens(data.contexts, numbers, spans_of)
    questions = _Tokens((example.question for example in data.examples), numbers)
    sources = list(numbers)
    tokens = np.concatenate([contexts.sources, questions.sources])
    words, source_words = _words_by_frequency(sources, tokens)
    spans = np.array(_place_answers(data, contexts), dtype=np.int32).reshape(-1, 3)
    start_pos, end_pos, exact = np.ascontiguousarray(spans.T)
    return TokenizedData(
        words=words,
        sources=sources,
        source_words=source_words,
        context_tokens=contexts.sources,
        context_char_starts=contexts.char_starts,
        context_char_ends=contexts.char_ends,
        context_offsets=contexts.offsets,
        question_tokens=questions.sources,
        question_char_starts=questions.char_starts,
        question_char_ends=questions.char_ends,
        question_offsets=questions.offsets,
        example_contexts=np.array([ex.context_index for ex in data.examples], dtype=np.int32),
        start_pos=start_pos,
        end_pos=end_pos,
        placement=placements(data.examples, start_pos, exact),
    )


def _words_by_frequency(sources: list[str], tokens: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Distinct words, the most frequent first, and the word of each source text."""
    counts: defaultdict[str, int] = defaultdict(int)
    normalised = [normalise(source) for source in sources]
    occurrences = np.bincount(tokens, minlength=len(sources))
    for word, count in zip(normalised, occurrences.tolist(), strict=True):
        counts[word] += count
    words = sorted(counts, key=lambda word: (-counts[word], word))
    number = {word: i for i, word in enumerate(words)}
    return words, np.array([number[word] for word in normalised], dtype=np.int32)


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
        joined = {name: _join(getattr(tokenized, name)) for name in TEXTS}
        write_cache(cache, {**vars(tokenized), **joined})
    return tokenized


def read_data(path: str, cache_dir: str | None) -> tuple[SquadData, TokenizedData]:
    """A SQuAD file as text and as arrays."""
    data = read_and_tell(path)
    return data, load_or_preprocess(path, cache_dir, data)


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
    words, sources = (_split(arrays.pop(name)) for name in TEXTS)
    return TokenizedData(words=words, sources=sources, **arrays)


def _join(tokens: list[str]) -> np.ndarray:
    """Words or sources as UTF-8 bytes, a line feed after each: no token holds one."""
    text = "".join(token + "\n" for token in tokens)
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)


def _split(joined: np.ndarray) -> list[str]:
    return joined.tobytes().decode("utf-8", "surrogatepass").split("\n")[:-1]
