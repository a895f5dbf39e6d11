"""A file that grows at its end, on a disk with and without room."""

import resource
from contextlib import contextmanager

import pytest

from squad_reader.errors import InputError
from squad_reader.train.appended import Appended


@contextmanager
def no_file_larger_than(size):
    """The system refuses to write beyond; Python ignores the signal that comes with it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_is_written_is_there_at_once_after_what_was_there(tmp_path):
    (tmp_path / "a").write_bytes(b"old\n")
    file = Appended(tmp_path / "a")
    file.write("é \ud83d\n")
    file.write(b"\x00")
    assert (tmp_path / "a").read_bytes() == b"old\n\xc3\xa9 \\ud83d\n\x00"
    file.close()


def test_a_line_without_room_is_left_out_whole_and_told_with_the_file(tmp_path):
    file = Appended(tmp_path / "a")
    file.write("1234\n")
    with no_file_larger_than(8):
        with pytest.raises(InputError, match=rf"^cannot write {tmp_path}/a: "):
            file.write("5678\n")
        assert (tmp_path / "a").read_text() == "1234\n"
    file.write("5678\n")
    file.close()
    assert (tmp_path / "a").read_text() == "1234\n5678\n"


def test_a_file_that_cannot_be_opened_is_named(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(InputError, match=rf"^cannot write {tmp_path}/a: Is a directory"):
        Appended(tmp_path / "a")
