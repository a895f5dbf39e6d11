"""What a source of vectors promises: of any words, at any time, what a plain scan would find."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier
from time import sleep

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_array_equal

from squad_reader.data.exported_vectors import ExportedVectors, quantised
from squad_reader.data.glove import GloveFile
from squad_reader.data.line_index import LineIndex
from squad_reader.errors import InputError

HASH = "squad_reader.data.line_index.crc32"
WORDS = ["first", "9", "a", "b", "é", "🐝", "1", ".", "", "zw", "none"]


def plain_scan(content, words):
    """The vectors (D = 2) of some words of a file, or the line that is wrong; line after line."""
    lines = content.split(b"\n")
    last = max(number for number, line in enumerate(lines) if line.strip())
    vectors = {}
    for number, line in enumerate(lines):
        word, parts = line.split(b" ")[0].decode("utf-8", "replace"), line.rstrip().split(b" ")
        is_short, has_spaces = len(parts) < 3, len(parts) > 3
        if not line.strip() or has_spaces or word in vectors or word not in words:
            continue
        if is_short and number == last or number == 0 and line.strip() == b"9 2":
            continue
        try:
            _, x, y = parts
            vectors[word] = [float(x), float(y)]
        except ValueError:
            return f"line {number + 1}:"
    return {word: vectors[word] for word in words if word in vectors}


def looked_up(source, words):
    """The same of a source."""
    try:
        found, vectors = source.lookup(words)
    except InputError as error:
        return next(
            part for part in (str(error)[i:] for i in range(999)) if part.startswith("line ")
        )
    assert vectors.dtype == np.float32 and vectors.shape == (len(found), source.size)
    return dict(zip(found, vectors.tolist(), strict=True))


words_of_lines = st.sampled_from(["a", "b", "é", "🐝", "1", ".", ". .", ". . .", "", "a b"])
numbers = st.sampled_from(["1", "-2.5", "0.25", "1e-05", "x", "4 5", ""])
lines = st.one_of(
    st.builds(lambda *parts: " ".join(parts), words_of_lines, numbers, numbers),
    st.builds(lambda word, number: f"{word} 0.5 {number}", words_of_lines, st.integers(0, 9)),
    st.sampled_from(["", " ", "a", "b 1", "a 1 2 ", "zwo"]),
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(lines, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.integers(0, 3),
    st.permutations(WORDS),
    st.integers(0, len(WORDS)),
    st.integers(1, 3),
    st.sampled_from([None, lambda word: 0, lambda word: len(word)]),
)
def test_lookups_in_any_order_give_what_a_plain_scan_finds(
    tmp_path_factory, rows, end, header, cut, words, split, at_once, few_hashes
):
    path = tmp_path_factory.getbasetemp() / "any.txt"
    text = end.join(["9 2"] * header + ["first 1.0625 2.0625", *rows, ""])
    content = text.encode()[: -cut or None]
    path.write_bytes(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("squad_reader.data.glove.LINES_AT_ONCE", at_once)
        if few_hashes:
            patch.setattr(HASH, few_hashes)
        source = GloveFile(path, 2)
        for some in (words[:split], words[split:], words):
            expected, got = plain_scan(content, some), looked_up(source, some)
            if isinstance(expected, str):
                assert got.startswith(expected)
            else:
                assert got == {w: np.float32(v).tolist() for w, v in expected.items()}
                assert list(got) == list(expected)


@pytest.fixture
def glove(tmp_path):
    path = tmp_path / "glove.txt"
    path.write_text("".join(f"w{i} {i} {-i / 8}\n" for i in range(500)), encoding="utf-8")
    return path


def vectors_of(found):
    return [[int(word[1:]), -int(word[1:]) / 8] for word in found]


@pytest.fixture
def exported(tmp_path):
    """The two files of an export: words.txt, vectors.npy."""
    paths = tmp_path / "words.txt", tmp_path / "vectors.npy"
    words = [*(f"w{i}" for i in range(500)), "é", "\ufffd"]
    paths[0].write_text("".join(word + "\n" for word in words), encoding="utf-8")
    np.save(paths[1], np.float32([*vectors_of(words[:500]), [7, 8], [9, 9]]))
    return paths


def test_a_source_says_its_size_and_its_file(glove, exported):
    sources = GloveFile(str(glove)), ExportedVectors(*exported)
    assert [source.size for source in sources] == [2, 2]
    assert [source.name for source in sources] == [str(glove), str(exported[1])]


@pytest.mark.parametrize("words", [["w7", "none", "é", "w499", "w0", "w", "", "\ud800"], [], ["x"]])
@pytest.mark.parametrize("few_hashes", [None, lambda word: len(word)])
def test_exported_vectors_are_found_in_the_order_asked_for(
    exported, monkeypatch, words, few_hashes
):
    if few_hashes:
        monkeypatch.setattr(HASH, few_hashes)
    found, vectors = ExportedVectors(*exported).lookup(words)
    assert found == [word for word in words if word in ("w7", "é", "w499", "w0")]
    expected = {"é": [7, 8], **{f"w{i}": vectors_of([f"w{i}"])[0] for i in (7, 499, 0)}}
    assert vectors.dtype == np.float32 and vectors.shape == (len(found), 2)
    assert vectors.tolist() == [expected[word] for word in found]


@given(
    arrays(np.float32, (3, 4), elements=st.floats(-9, 9, width=32)),
    st.permutations([0, 1, 2]),
)
def test_vectors_of_8_bits_are_those_of_32_to_half_a_step(matrix, order):
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("words.txt", "vectors.npy", "scales.npy")]
        paths[0].write_text("a\nb\nc\n")
        for path, array in zip(paths[1:], quantised(matrix), strict=True):
            np.save(path, array)
        found, vectors = ExportedVectors(*paths).lookup(["abc"[i] for i in order])
        assert found == ["abc"[i] for i in order] and vectors.dtype == np.float32
        steps = np.abs(matrix).max(axis=1, keepdims=True) / 127
        assert np.all(np.abs(vectors - matrix[order]) <= 0.501 * steps[order] + 1e-12)
        np.save(paths[2], np.ones(2, np.float32))
        with pytest.raises(InputError, match=r"scales\.npy: expected 3 scales, got \(2,\)"):
            ExportedVectors(*paths)


def test_exported_files_that_do_not_belong_together_are_refused(exported):
    words, vectors = exported
    with pytest.raises(InputError, match=r"vectors\.npy.*No such file"):
        ExportedVectors(words.parent / "none.txt", vectors)
    with pytest.raises(InputError, match=r"vectors\.npy: expected 503 vectors.*\(502, 2\)"):
        words.write_bytes(words.read_bytes() + b"more\n")
        ExportedVectors(words, vectors)
    vectors.write_bytes(b"")
    with pytest.raises(InputError, match=r"vectors\.npy"):
        ExportedVectors(words, vectors)


def test_a_file_is_indexed_once_for_all_lookups_and_threads(glove, monkeypatch):
    times, of = [], LineIndex.of
    # Slow, so that all threads come before it is there.
    monkeypatch.setattr(LineIndex, "of", lambda file: times.append(sleep(0.1)) or of(file))
    source, barrier = GloveFile(glove), Barrier(4)

    def look_up(first):
        barrier.wait()
        return [source.lookup([f"w{i}" for i in range(j, 500, 17)]) for j in range(first, 17)]

    with ThreadPoolExecutor(4) as pool:
        results = [result for some in pool.map(look_up, range(4)) for result in some]
    assert len(times) == 1 and len(results) == 17 + 16 + 15 + 14
    for found, vectors in results:
        assert len(found) >= 29
        assert_array_equal(vectors, vectors_of(found))


def test_an_index_takes_sixteen_bytes_a_line(glove):
    with open(glove, "rb") as file:
        index = LineIndex.of(file)
    assert sum(getattr(index, name).nbytes for name in LineIndex.NAMES) == 16 * 500 + 8


def test_a_later_process_takes_the_index_from_the_cache(glove, tmp_path, monkeypatch):
    GloveFile(glove, cache_dir=tmp_path / "c").lookup([])
    monkeypatch.setattr(LineIndex, "of", None)  # calling it would fail
    found, vectors = GloveFile(glove, cache_dir=tmp_path / "c").lookup(["w3", "none", "w2"])
    assert found == ["w3", "w2"] and vectors.tolist() == vectors_of(found)


def test_a_damaged_index_is_made_again(glove, tmp_path, caplog):
    GloveFile(glove, cache_dir=tmp_path / "c").lookup([])
    (path,) = (tmp_path / "c").iterdir()
    content = path.read_bytes()
    path.write_bytes(content[:700] + bytes([content[700] ^ 1]) + content[701:])
    assert GloveFile(glove, cache_dir=tmp_path / "c").lookup(["w3"])[0] == ["w3"]
    assert "damaged" in caplog.text and path.read_bytes() == content


def test_a_file_that_changed_between_two_runs_is_indexed_again(glove, tmp_path):
    GloveFile(glove, cache_dir=tmp_path / "c").lookup([])
    before = os.stat(glove)
    text = glove.read_text()
    glove.write_text(text.replace("w3 3 ", "w3333 ").replace("w44 44", "w44 55"))
    os.utime(glove, ns=(before.st_atime_ns, before.st_mtime_ns))
    found, vectors = GloveFile(glove, cache_dir=tmp_path / "c").lookup(["w44", "w4"])
    assert found == ["w44", "w4"] and vectors[:, 0].tolist() == [55, 4]


def test_a_file_that_changes_while_it_is_in_use_is_refused(glove):
    source = GloveFile(glove)
    assert source.lookup(["w1"])[0] == ["w1"]
    glove.write_text("w1 1 2\n")
    with pytest.raises(InputError, match=r"glove\.txt: was changed"):
        source.lookup(["w1"])
    glove.unlink()
    with pytest.raises(InputError, match=r"cannot read .*glove\.txt: No such file"):
        source.lookup(["w1"])


def test_a_line_that_was_cut_off_is_told_once_and_only_to_who_asks(glove, capsys):
    glove.write_text("a 1 2\nb 3", encoding="utf-8")
    source = GloveFile(glove)
    source.lookup(["a"])
    assert capsys.readouterr().err == ""
    assert source.lookup(["b"])[0] == source.lookup(["b", "c"])[0] == []
    expected = f"{glove}: line 2, the last, has fewer than 2 numbers: left out\n"
    assert capsys.readouterr().err == expected
