"""What `GloveFile` promises: the vectors of the words asked for, errors by name, right caches."""

import os
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from squad_reader.data import glove as module
from squad_reader.data.glove import GloveFile
from squad_reader.errors import InputError

TEXT = "the 0.5 -1 2e-3\n. 1 2 3\ncafé 4 5 6\nthe 9 9 9\n🐝 7 8 9\n"
THE, DOT, CAFE, BEE = [0.5, -1, 0.002], [1, 2, 3], [4, 5, 6], [7, 8, 9]


def read_glove(path, words, size=None, cache_dir=None):
    return GloveFile(path, size, cache_dir).lookup(words)


@pytest.fixture(autouse=True)
def every_lookup_is_cached(monkeypatch):
    monkeypatch.setattr(module, "WORDS_TO_CACHE", 1)


@pytest.fixture
def glove(tmp_path):
    path = tmp_path / "glove.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_words_come_in_the_order_they_were_asked_for(glove):
    found, vectors = read_glove(glove, ["🐝", "missing", "café", "the"])
    assert found == ["🐝", "café", "the"]
    assert vectors.dtype == np.float32
    assert_array_equal(vectors, np.array([BEE, CAFE, THE], dtype=np.float32))


def test_the_first_of_two_vectors_of_a_word_counts(glove):
    assert_array_equal(read_glove(glove, ["the"])[1], np.float32([THE]))


def test_no_word_at_all_gives_an_empty_table(glove):
    found, vectors = read_glove(glove, ["missing"], 3)
    assert found == [] and vectors.shape == (0, 3)


def test_part_of_a_word_is_not_the_word(glove):
    assert read_glove(glove, ["th", "caf", "", "0.5"])[0] == []


def test_a_last_line_without_an_end_is_read(tmp_path):
    path = tmp_path / "g.txt"
    path.write_text("a 1 2\nb 3 4", encoding="utf-8")
    assert_array_equal(read_glove(path, ["b"])[1], np.float32([[3, 4]]))


def test_a_word_with_a_space_does_not_hide_the_word(tmp_path):
    path = tmp_path / "g.txt"  # GloVe 840B has such lines
    path.write_text("a 1 2\n. . 5 6\n. 7 8\n", encoding="utf-8")
    assert_array_equal(read_glove(path, ["."])[1], np.float32([[7, 8]]))


def test_a_word_with_spaces_in_the_first_line_counts_as_no_number(tmp_path):
    path = tmp_path / "g.txt"
    path.write_text(". . . 1 2\nthe 3 4\n", encoding="utf-8")
    assert_array_equal(read_glove(path, ["the"], 2)[1], np.float32([[3, 4]]))


@pytest.mark.parametrize("bad", ["nan", "inf", "-Infinity", "1e39"])
@pytest.mark.parametrize("at_once", [1, 1000])
def test_a_number_that_is_not_finite_is_refused(tmp_path, monkeypatch, bad, at_once):
    monkeypatch.setattr("squad_reader.data.glove.LINES_AT_ONCE", at_once)
    path = tmp_path / "g.txt"
    path.write_text(f"a 1 2 3\nb 1 2 3\nc 1 {bad} 3\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 3: expected 3 numbers, got one that is not finite"):
        read_glove(path, ["a", "c"])
    assert read_glove(path, ["a", "b"])[0] == ["a", "b"]


def test_another_size_names_both_flags_and_both_sizes(glove):
    with pytest.raises(InputError, match="--embedding_size is 100.*--glove_path.* 3 numbers"):
        read_glove(glove, ["the"], 100)


@pytest.mark.parametrize(
    ("line", "part"), [("the 1 2", "2 numbers"), ("the 1 x 3", "something else")]
)
def test_a_broken_line_of_a_wanted_word_is_named(tmp_path, line, part):
    path = tmp_path / "g.txt"
    path.write_text(f"a 1 2 3\n{line}\nb 1 2 3\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"line 2: expected 3 numbers, got {part}"):
        read_glove(path, ["the"])
    assert read_glove(path, ["a"])[0] == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        '{"a": 1}\n',
        "the\t1\t2\t3\nb\t4\t5\t6\n",
        "the  1 2 3\n",
        "1 2 three 4\n",
        "it is a text of seven words\n",
    ],
)
def test_what_is_not_glove_text_is_refused(tmp_path, text):
    path = tmp_path / "g.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="expected a word and its numbers in line 1"):
        read_glove(path, ["the"])


@pytest.mark.parametrize("text", ["400000 100\nthe 1 2 3\n", "2 3\n", "2 3\n\n", "2 3\na 1 2\n"])
def test_a_first_line_that_promises_other_vectors_is_refused(tmp_path, text):
    path = tmp_path / "g.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"g\.txt: expected a word and .* numbers.* in line 2"):
        read_glove(path, ["the"])


FORMS = {
    "plain": TEXT,
    "fastText": "5 3\n" + TEXT.replace("\n", " \n"),
    "Windows": "5 3\r\n" + TEXT.replace("\n", "\r\n"),
    "blank lines": TEXT.replace(". 1", "\n. 1") + "\n\n",
    "cut off": TEXT + "zwolle 0.25 -",
    "cut off in a word": TEXT + "zwo",
    "cut off, blank": TEXT + "zwolle 0.25\n \n",
}


@pytest.mark.parametrize("form", FORMS)
def test_training_export_and_the_old_edition_read_the_same_words(tmp_path, form):
    """What fastText writes, and a first, last or blank line that is no word."""
    from v4.vectors import read_glove as v4_read_glove

    path = tmp_path / "g.txt"
    path.write_bytes(FORMS[form].encode())
    words = ["the", ".", "café", "🐝"]
    asked = [*words, "5", "3", "", "zwolle", "zwo", "zw"]
    for found, vectors in (read_glove(path, asked, 3), GloveFile(path, 3).read_all()[:2]):
        assert found == words
        assert_array_equal(vectors, np.float32([THE, DOT, CAFE, BEE]))
    theirs = v4_read_glove(str(path), asked, 3)
    assert sorted(theirs) == sorted(words)
    assert_array_equal([theirs[word] for word in words], vectors)


def test_a_number_may_be_a_word_of_a_file_with_a_first_line(tmp_path):
    path = tmp_path / "g.txt"
    path.write_text("2 3\n2 1 2 3 \n3 4 5 6 \n", encoding="utf-8")
    found, vectors = read_glove(path, ["2", "3"])
    assert found == ["2", "3"] and vectors.tolist() == [[1, 2, 3], [4, 5, 6]]


def test_a_wanted_word_whose_line_was_cut_off_is_told(tmp_path, capsys):
    path = tmp_path / "g.txt"
    path.write_text("a 1 2\nb 3", encoding="utf-8")
    assert read_glove(path, ["b", "a"])[0] == ["a"]
    expected = f"{path}: line 2, the last, has fewer than 2 numbers: left out\n"
    assert capsys.readouterr().err == expected


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"--glove_path.*none\.txt: No such file"):
        read_glove(tmp_path / "none.txt", ["the"])


def test_the_cache_gives_the_same(glove, tmp_path):
    words = ["🐝", "missing", "the"]
    plain = read_glove(glove, words)
    for _ in range(2):
        found, vectors = read_glove(glove, words, cache_dir=tmp_path / "cache")
        assert found == plain[0]
        assert_array_equal(vectors, plain[1])
    assert len(list((tmp_path / "cache").iterdir())) == 2  # the index, and these vectors


def test_the_cache_is_used(glove, tmp_path, monkeypatch):
    first = read_glove(glove, ["the"], cache_dir=tmp_path)
    monkeypatch.setattr("squad_reader.data.glove.GloveFile._lookup", None)  # calling it would fail
    assert_array_equal(read_glove(glove, ["the"], cache_dir=tmp_path)[1], first[1])


def test_a_changed_file_is_noticed_even_with_the_same_size_and_date(glove, tmp_path):
    read_glove(glove, ["the"], cache_dir=tmp_path)
    before = os.stat(glove)
    glove.write_text(TEXT.replace("0.5", "0.7"), encoding="utf-8")
    os.utime(glove, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert os.stat(glove).st_size == before.st_size
    assert read_glove(glove, ["the"], cache_dir=tmp_path)[1][0, 0] == np.float32(0.7)


@pytest.mark.parametrize("large", [False, True])
def test_a_change_anywhere_is_noticed_by_content_or_time(tmp_path, monkeypatch, large):
    if large:
        monkeypatch.setattr("squad_reader.data.glove.NUM_PIECES", 4)
        monkeypatch.setattr("squad_reader.data.glove.PIECE_BYTES", 8)
    path = tmp_path / "g.txt"
    lines = [f"w{i} {i}.5 1\n" for i in range(10, 90)]
    for i, changed in ((0, "w10 7.5 1\n"), (40, "w50 7.55 1"), (79, "w89 77.5 1\n")):
        path.write_text("".join(lines))
        word = lines[i].split()[0]
        read_glove(path, [word], cache_dir=tmp_path / "c")
        path.write_text("".join([*lines[:i], f"{changed.strip()}\n", *lines[i + 1 :]]))
        os.utime(path, ns=(0, 1000 + i))
        found = read_glove(path, [word], cache_dir=tmp_path / "c")[1][0, 0]
        assert found == np.float32(changed.split()[1])


def test_the_cache_of_a_large_file_is_found_without_reading_it_whole(tmp_path):
    path = tmp_path / "g.txt"
    path.write_bytes(b"the 1 2\n" + b"word 1.234567 2.345678\n" * 1_000_000)
    read_glove(path, ["the"], cache_dir=tmp_path / "c")
    times = []
    for cache_dir in (None, tmp_path / "c"):
        begin = time.perf_counter()
        read_glove(path, ["the"], cache_dir=cache_dir)
        times.append(time.perf_counter() - begin)
    assert times[1] < times[0] / 3


def test_other_words_do_not_meet_the_cache_of_these(glove, tmp_path):
    read_glove(glove, ["the", "café"], cache_dir=tmp_path)
    found, vectors = read_glove(glove, ["café", "the"], cache_dir=tmp_path)
    assert found == ["café", "the"]
    assert_array_equal(vectors, np.float32([CAFE, THE]))


def test_a_damaged_cache_is_made_again(glove, tmp_path, caplog):
    read_glove(glove, ["the"], cache_dir=tmp_path / "c")
    paths = list((tmp_path / "c").iterdir())
    for path in paths:
        path.write_bytes(path.read_bytes()[:50])
    assert_array_equal(read_glove(glove, ["the"], cache_dir=tmp_path / "c")[1], np.float32([THE]))
    assert len(paths) == caplog.text.count("ignoring damaged") == 2
    assert all(path.stat().st_size > 50 for path in paths)


def test_a_cache_that_cannot_be_written_does_not_stop_the_run(glove, tmp_path, caplog):
    (tmp_path / "file").write_text("not a folder")
    found, _ = read_glove(glove, ["the"], cache_dir=tmp_path / "file")
    assert found == ["the"] and "without the cache" in caplog.text


numbers = st.one_of(
    st.floats(-10, 10, allow_nan=False, width=32).map(lambda x: f"{x:.6g}"),
    st.decimals(-99, 99, places=5).map(str),
    st.integers(-999, 999).map(str),
    st.sampled_from(
        ["0", "-0.0", "1e-05", "5.", ".5", "-.25", "+1", "00.10", "123456789012345678"]
    ),
)


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(st.lists(numbers, min_size=3, max_size=3), min_size=1, max_size=6))
def test_numbers_are_those_that_numpy_parses(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "numbers.txt"
    lines = [f"w{i} {' '.join(row)}\n" for i, row in enumerate(rows)]
    path.write_text("".join(lines), encoding="utf-8")
    found, vectors = read_glove(path, [f"w{i}" for i in range(len(rows))])
    assert len(found) == len(rows)
    assert_array_equal(vectors, np.array(rows).astype(np.float32))


@pytest.mark.parametrize("bad", ["1.2.3", "1-2", "-", ".", "--1", "0x1"])
def test_what_is_no_number_is_refused_however_it_looks(tmp_path, bad):
    path = tmp_path / "g.txt"
    path.write_text(f"a 1 2 3\nb 1 {bad} 3\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 2"):
        read_glove(path, ["a", "b"])


def test_more_words_than_are_parsed_at_once(tmp_path, monkeypatch):
    path = tmp_path / "g.txt"
    path.write_text("".join(f"w{i} {i} {-i / 8}\n" for i in range(50)), encoding="utf-8")
    for at_once in (1, 7, 50, 1000):
        monkeypatch.setattr("squad_reader.data.glove.LINES_AT_ONCE", at_once)
        words = [f"w{i}" for i in range(60)][::-1]
        found, vectors = read_glove(path, words)
        assert found == words[10:]
        assert_array_equal(vectors, [[int(w[1:]), -int(w[1:]) / 8] for w in found])


def test_a_lookup_of_few_words_leaves_only_the_index_behind(glove, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "WORDS_TO_CACHE", 2)
    for words, number in ((["the"], 1), (["the", "café"], 2)):
        read_glove(glove, words, cache_dir=tmp_path / "c")
        assert len(list((tmp_path / "c").iterdir())) == number
