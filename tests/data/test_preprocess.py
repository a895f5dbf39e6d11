"""What preprocessing promises: arrays that say the same as the text, with a cache or without.

Expected values come from a small data set worked out by hand, and from the text of the real one.
"""

import gzip
import json
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from squad_reader.data import preprocess as module
from squad_reader.data.placement import Placement
from squad_reader.data.preprocess import load_or_preprocess, preprocess
from squad_reader.data.spans import token_to_char_span
from squad_reader.data.squad_data import Answer, Example, SquadData
from squad_reader.data.squad_json import read_squad
from squad_reader.data.tokenized import TokenizedData, summary
from squad_reader.data.tokenizer import normalise, tokenize
from squad_reader.errors import InputError

CONTEXTS = ["The cat don’t sit.", "", "The 1990s"]
QUESTIONS = [
    # question, its context, its answers: text and place
    ("The cat?", 0, [("cat", 4), ("The cat", 0)]),
    ("", 0, [("on’", 9)]),  # inside "do" and "n’t": widened
    ("THE the", 2, [("1990s", 4)]),
    ("What?", 1, [("cat", -1)]),  # place unknown
    ("Unanswerable?", 2, []),
    ("THE?", 2, None),  # not told
]


def squad(contexts=CONTEXTS, questions=QUESTIONS):
    examples = [
        Example(f"q{i}", context, question, answers and tuple(Answer(*one) for one in answers))
        for i, (question, context, answers) in enumerate(questions)
    ]
    return SquadData("made.json", ["Cats"] * len(contexts), list(contexts), examples, [])


@pytest.fixture
def squad_file(tmp_path):
    path = tmp_path / "made-v1.1.json"
    write_squad(path)
    return path


def write_squad(path, contexts=CONTEXTS):
    paragraphs = [
        {
            "context": context,
            "qas": [
                {
                    "id": f"q{i}",
                    "question": question,
                    "answers": answers
                    and [{"text": text, "answer_start": start} for text, start in answers],
                }
                for i, (question, index, answers) in enumerate(QUESTIONS)
                if index == context_index and answers != [("cat", -1)]
            ],
        }
        for context_index, context in enumerate(contexts)
    ]
    content = json.dumps({"version": "1.1", "data": [{"title": "Cats", "paragraphs": paragraphs}]})
    path.write_bytes(gzip.compress(content.encode()) if path.suffix == ".gz" else content.encode())


def assert_same(left, right):
    for field in fields(TokenizedData):
        a, b = getattr(left, field.name), getattr(right, field.name)
        assert type(a) is type(b)
        assert_array_equal(a, b, err_msg=field.name)
        assert getattr(a, "dtype", None) == getattr(b, "dtype", None)


def test_worked_example():
    data = preprocess(squad())
    # the 6 (2 in contexts, 4 in questions), ? 4, cat 2, all others 1 in alphabetical order
    assert data.words == "the ? cat . 1990s do n't sit unanswerable what".split()
    assert data.sources == "The cat do n’t sit . 1990s ? THE the What Unanswerable".split()
    assert data.source_words.tolist() == [0, 2, 5, 6, 7, 3, 4, 1, 0, 0, 9, 8]
    assert data.context_tokens.tolist() == [0, 1, 2, 3, 4, 5, 0, 6]
    assert data.context_words.tolist() == [0, 2, 5, 6, 7, 3, 0, 4]
    assert data.context_char_starts.tolist() == [0, 4, 8, 10, 14, 17, 0, 4]
    assert data.context_char_ends.tolist() == [3, 7, 10, 13, 17, 18, 3, 9]
    assert data.context_offsets.tolist() == [0, 6, 6, 8]
    assert data.question_tokens.tolist() == [0, 1, 7, 8, 9, 10, 7, 11, 7, 8, 7]
    assert data.question_words.tolist() == [0, 2, 1, 0, 0, 9, 1, 8, 1, 0, 1]
    assert data.question_char_starts.tolist() == [0, 4, 7, 0, 4, 0, 4, 0, 12, 0, 3]
    assert data.question_char_ends.tolist() == [3, 7, 8, 3, 7, 4, 5, 12, 13, 3, 4]
    assert data.question_offsets.tolist() == [0, 3, 3, 5, 7, 9, 11]
    assert data.example_contexts.tolist() == [0, 0, 2, 1, 2, 2]
    assert data.start_pos.tolist() == [1, 2, 1, -1, -1, -1]
    assert data.end_pos.tolist() == [1, 3, 1, -1, -1, -1]


def test_why_an_answer_has_no_span_is_told_apart_by_name():
    assert [Placement(number).name for number in preprocess(squad()).placement] == [
        "EXACT",
        "WIDENED",
        "EXACT",
        "MISPLACED",
        "UNANSWERABLE",
        "UNKNOWN",
    ]


def test_gold_answers_of_which_none_has_a_token_are_misplaced():
    golds = [[("", 4)], [(" ", 3)], [("cat", -1), ("", 0)]]
    data = preprocess(squad(questions=[("?", 0, answers) for answers in golds]))
    assert data.placement.tolist() == [Placement.MISPLACED] * 3


def test_summary_of_the_worked_example():
    # once more with its unanswerable question
    assert summary(preprocess(squad(CONTEXTS, [*QUESTIONS, QUESTIONS[4]]))) == (
        "7 questions on 3 contexts of 8 tokens, 10 distinct words; first answers: "
        "2 exactly whole tokens, 1 widened to whole tokens, "
        "4 missing (1 misplaced, 2 unanswerable, 1 unknown)"
    )


def test_summary_names_only_the_reasons_that_occur():
    assert summary(preprocess(squad(CONTEXTS, QUESTIONS[:3]))).endswith(
        "2 exactly whole tokens, 1 widened to whole tokens, 0 missing"
    )
    assert summary(preprocess(squad(CONTEXTS, QUESTIONS[:4]))).endswith(", 1 missing (1 misplaced)")


def test_types_are_those_that_the_batches_expect():
    data = preprocess(squad())
    texts = {"words", "sources"}
    dtypes = {name: array.dtype for name, array in vars(data).items() if name not in texts}
    wide = {"context_offsets", "question_offsets"}
    assert {name for name, dtype in dtypes.items() if dtype == np.int64} == wide
    assert dtypes.pop("placement") == np.int8
    assert all(dtype == np.int32 for name, dtype in dtypes.items() if name not in wide)


def test_no_question_and_no_context_give_empty_arrays():
    data = preprocess(squad([], []))
    assert data.words == data.sources == [] and len(data.start_pos) == 0
    assert data.context_offsets.tolist() == data.question_offsets.tolist() == [0]
    assert summary(data).startswith("0 questions on 0 contexts of 0 tokens")


@given(
    st.lists(st.text(max_size=20), min_size=1, max_size=4),
    st.lists(st.tuples(st.text(max_size=10), st.integers(0, 3)), max_size=4),
)
def test_arrays_give_back_the_words_of_every_text(contexts, questions):
    questions = [(text, index % len(contexts), []) for text, index in questions]
    data = preprocess(squad(contexts, questions))
    for i, context in enumerate(contexts):
        here = slice(*data.context_offsets[i : i + 2])
        assert tokenize(context) == list(
            zip(
                [data.words[word] for word in data.context_words[here]],
                data.context_char_starts[here],
                data.context_char_ends[here],
                strict=True,
            )
        )
    for i, (question, _, _) in enumerate(questions):
        here = slice(*data.question_offsets[i : i + 2])
        assert tokenize(question) == list(
            zip(
                [data.words[word] for word in data.question_words[here]],
                data.question_char_starts[here],
                data.question_char_ends[here],
                strict=True,
            )
        )
    counts = np.bincount(np.concatenate([data.context_words, data.question_words]))
    order = [(-count, word) for count, word in zip(counts, data.words, strict=True)]
    assert order == sorted(order)


TEXTS = st.lists(st.text(alphabet="aA nN't’É1,. \n\ud800", max_size=12), max_size=3)


@given(TEXTS, TEXTS)
def test_a_source_is_the_text_at_its_token_as_it_stands_there(contexts, questions):
    data = preprocess(squad(contexts, [(text, 0, []) for text in questions if contexts]))
    found = []

    def check(texts, tokens, char_starts, char_ends, offsets):
        for text, begin, end in zip(texts, offsets, offsets[1:], strict=False):
            places = zip(char_starts[begin:end], char_ends[begin:end], strict=True)
            cut = [text[char_start:char_end] for char_start, char_end in places]
            assert [data.sources[token] for token in tokens[begin:end]] == cut
            assert cut == [text[start:end] for _, start, end in tokenize(text)]
            found.extend(cut)

    check(
        contexts,
        data.context_tokens,
        data.context_char_starts,
        data.context_char_ends,
        data.context_offsets,
    )
    check(
        questions,
        data.question_tokens,
        data.question_char_starts,
        data.question_char_ends,
        data.question_offsets,
    )
    assert data.sources == list(dict.fromkeys(found))  # each once, in the order of the texts
    assert [data.words[word] for word in data.source_words] == list(map(normalise, data.sources))


# The cache


@pytest.fixture
def no_reading(monkeypatch):
    """From when it is called, the data file may not be read as JSON any more."""

    def refuse(path):
        raise AssertionError(f"{path} was read")

    return lambda: monkeypatch.setattr(module, "read_and_tell", refuse)


def test_the_second_start_reads_no_json_and_gives_the_same(squad_file, tmp_path, no_reading):
    first = load_or_preprocess(squad_file, tmp_path / "new" / "cache")
    no_reading()
    assert_same(load_or_preprocess(squad_file, tmp_path / "new" / "cache"), first)
    assert_same(first, preprocess(read_squad(squad_file)))


def test_the_cache_is_found_by_content_not_by_name(squad_file, tmp_path, no_reading):
    first = load_or_preprocess(squad_file, tmp_path / "cache")
    moved = squad_file.rename(tmp_path / "moved.json")
    no_reading()
    assert_same(load_or_preprocess(str(moved), str(tmp_path / "cache")), first)


def test_changed_content_is_noticed(squad_file, tmp_path):
    load_or_preprocess(squad_file, tmp_path / "cache")
    write_squad(squad_file, ["The cat don’t run.", "", "The 1990s"])
    changed = load_or_preprocess(squad_file, tmp_path / "cache")
    assert "run" in changed.words and "sit" not in changed.words


@pytest.mark.parametrize("version", ["TOKENIZER_VERSION", "CACHE_VERSION"])
def test_another_version_makes_its_own_cache(squad_file, tmp_path, monkeypatch, version):
    load_or_preprocess(squad_file, tmp_path / "cache")
    monkeypatch.setattr(module, version, 10**6)
    load_or_preprocess(squad_file, tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_packed_and_plain_files_give_the_same(squad_file, tmp_path):
    write_squad(tmp_path / "made.json.gz")
    packed = load_or_preprocess(tmp_path / "made.json.gz", tmp_path / "cache")
    assert_same(packed, load_or_preprocess(squad_file, tmp_path / "cache"))


def test_no_cache_dir_writes_nothing(squad_file, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    assert_same(load_or_preprocess(squad_file, None), preprocess(read_squad(squad_file)))
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("cache", ["cache", None])
def test_data_that_was_read_already_is_not_read_again(squad_file, tmp_path, no_reading, cache):
    data = read_squad(squad_file)
    no_reading()
    tokenized = load_or_preprocess(squad_file, cache and tmp_path / cache, data)
    assert_same(tokenized, preprocess(data))


def test_strange_words_survive_the_cache(tmp_path, no_reading):
    path = tmp_path / "made.json"
    write_squad(path, ["a\ud800b \x00 \x1b \u0345 😀 \ufeff\u200b É", "", "The 1990s"])
    first = load_or_preprocess(path, tmp_path / "cache")
    strange = {"\ud800", "\x00", "\x1b", "\u0345", "😀", "\ufeff", "\u200b"}
    assert strange | {"é"} <= set(first.words) and strange | {"É"} <= set(first.sources)
    no_reading()
    assert_same(load_or_preprocess(path, tmp_path / "cache"), first)


@pytest.fixture
def cache_file(squad_file, tmp_path):
    load_or_preprocess(squad_file, tmp_path / "cache")
    (path,) = (tmp_path / "cache").iterdir()
    return path


@pytest.mark.parametrize("content", [b"", b"PK", b"nonsense", b"\x93NUMPY\x01\x00v\x00{"])
def test_a_damaged_cache_is_made_again(squad_file, cache_file, caplog, content):
    good = cache_file.read_bytes()
    cache_file.write_bytes(content)
    tokenized = load_or_preprocess(squad_file, cache_file.parent)
    assert_same(tokenized, preprocess(read_squad(squad_file)))
    assert f"ignoring damaged cache {cache_file}" in caplog.text
    assert len(cache_file.read_bytes()) == len(good)
    assert list(cache_file.parent.iterdir()) == [cache_file]


def test_no_damage_of_a_byte_gives_other_data(squad_file, cache_file, caplog):
    expected, good = preprocess(read_squad(squad_file)), cache_file.read_bytes()
    noticed = 0
    for place in range(0, len(good), 11):
        bad = bytearray(good)
        bad[place] ^= 0xFF
        cache_file.write_bytes(bad)
        found = module._read_cache(cache_file)
        noticed += found is None
        if found is not None:  # the byte does not matter, such as a date
            assert_same(found, expected)
    assert noticed > len(good) // 11 // 2
    for length in range(0, len(good), 101):
        cache_file.write_bytes(good[:length])
        assert module._read_cache(cache_file) is None


def test_a_cache_that_says_less_than_it_holds_is_noticed(tmp_path):
    write_squad(tmp_path / "made.json", [CONTEXTS[0] + 5000 * " cat", *CONTEXTS[1:]])
    load_or_preprocess(tmp_path / "made.json", tmp_path / "cache")
    (cache_file,) = (tmp_path / "cache").iterdir()
    good = cache_file.read_bytes()
    assert b"(5008,)" in good  # tokens of the contexts
    cache_file.write_bytes(good.replace(b"(5008,)", b"(1008,)"))
    assert module._read_cache(cache_file) is None


class Intruder:
    """Leaves a file if it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_a_cache_cannot_run_code(squad_file, cache_file, tmp_path):
    with np.load(cache_file) as stored:
        arrays = dict(stored)
    intruder = np.array([Intruder(tmp_path / "was here")], dtype=object)
    with open(cache_file, "wb") as file:
        np.savez(file, **{**arrays, "start_pos": intruder})
    assert_same(
        load_or_preprocess(squad_file, cache_file.parent), preprocess(read_squad(squad_file))
    )
    assert not (tmp_path / "was here").exists()


@pytest.mark.parametrize("cache_dir", ["a file", "a file/below"])
def test_a_cache_that_cannot_be_written_does_not_stop_the_run(
    squad_file, tmp_path, caplog, cache_dir
):
    (tmp_path / "a file").write_text("in the way")
    tokenized = load_or_preprocess(squad_file, tmp_path / cache_dir)
    assert_same(tokenized, preprocess(read_squad(squad_file)))
    assert "going on without the cache" in caplog.text


def test_a_full_disk_does_not_stop_the_run_and_leaves_no_part(
    squad_file, tmp_path, caplog, monkeypatch
):
    def savez(file, **arrays):
        file.write(b"PK")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", savez)
    load_or_preprocess(squad_file, tmp_path / "cache")
    assert "No space left on device" in caplog.text
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="missing.json"):
        load_or_preprocess(tmp_path / "missing.json", tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


# The real data


@pytest.mark.parametrize(
    "file, questions, contexts",
    [
        ("tiny-dev.json", 810, 54),
        ("dev-v1.1.json", 10_570, 2_067),
        pytest.param("train-v1.1.json", 87_599, 18_896, marks=pytest.mark.slow),
    ],
)
def test_squad_keeps_every_question_and_every_answer(real_squad, file, questions, contexts):
    raw = read_squad(real_squad(file))
    data = preprocess(raw)
    print(f"{file}: {summary(data)}")
    assert len(data.example_contexts) == questions
    assert len(data.context_offsets) == contexts + 1
    assert np.all((0 <= data.start_pos) & (data.start_pos <= data.end_pos))
    assert np.mean(data.placement == Placement.EXACT) >= (
        0.98 if file == "tiny-dev.json" else 0.996
    )
    for i, example in enumerate(raw.examples):
        begin, end = data.context_offsets[example.context_index : example.context_index + 2]
        assert data.end_pos[i] < end - begin
        starts, ends = data.context_char_starts[begin:end], data.context_char_ends[begin:end]
        char_start, char_end = token_to_char_span(starts, ends, data.start_pos[i], data.end_pos[i])
        answer = raw.contexts[example.context_index][char_start:char_end]
        text = example.answers[0].text
        assert answer == text if data.placement[i] == Placement.EXACT else text.strip() in answer, (
            example.id
        )
