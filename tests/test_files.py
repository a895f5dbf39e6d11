"""What `atomic_write` promises: the old content or the new, never a part, and nothing left over."""

import os
import stat

import pytest

from squad_reader.errors import InputError
from squad_reader.files import atomic_write


def test_the_content_is_there_when_the_block_has_ended(tmp_path):
    with atomic_write(tmp_path / "a") as file:
        file.write("é\n")
    assert (tmp_path / "a").read_bytes() == b"\xc3\xa9\n"
    assert os.listdir(tmp_path) == ["a"]


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path):
    (tmp_path / "a").write_text("old")
    (tmp_path / "link").symlink_to("a")
    with atomic_write(tmp_path / "link") as file:
        file.write("new")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "a").read_text() == "new"


def test_a_device_is_written_to_and_stays(tmp_path):
    (tmp_path / "null").symlink_to(os.devnull)
    with atomic_write(tmp_path / "null") as file:
        file.write("gone")
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_disk_is_one_clear_line(tmp_path):
    (tmp_path / "full").symlink_to("/dev/full")
    with pytest.raises(InputError, match="full: No space left on device"):
        with atomic_write(tmp_path / "full") as file:
            file.write("x")


def test_an_error_of_the_reading_beside_it_stays_what_it_is(tmp_path):
    with pytest.raises(FileNotFoundError):
        with atomic_write(tmp_path / "a"):
            open(tmp_path / "missing")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["", "x" * 300])
def test_a_name_that_no_file_can_have_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="^cannot write"):
        with atomic_write(name):
            pass


def test_bytes_are_written_as_they_are(tmp_path):
    with atomic_write(tmp_path / "a", "wb") as file:
        file.write(b"\r\n\xff")
    assert (tmp_path / "a").read_bytes() == b"\r\n\xff"


def test_a_reader_sees_the_old_file_until_the_block_ends(tmp_path):
    (tmp_path / "a").write_text("old")
    with atomic_write(tmp_path / "a") as file:
        file.write("new")
        file.flush()
        assert (tmp_path / "a").read_text() == "old"
    assert (tmp_path / "a").read_text() == "new"


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_an_error_in_the_block_keeps_the_old_file_and_leaves_nothing(tmp_path, error):
    (tmp_path / "a").write_text("old")
    with pytest.raises(error), atomic_write(tmp_path / "a") as file:
        file.write("half")
        raise error
    assert (tmp_path / "a").read_text() == "old"
    assert os.listdir(tmp_path) == ["a"]


def test_an_error_in_the_block_makes_no_new_file(tmp_path):
    with pytest.raises(RuntimeError), atomic_write(tmp_path / "a"):
        raise RuntimeError
    assert os.listdir(tmp_path) == []


def test_the_file_has_the_rights_that_open_would_give_it(tmp_path):
    mask = os.umask(0o027)
    try:
        with atomic_write(tmp_path / "a") as file:
            file.write("")
        assert os.umask(0o027) == 0o027  # it was read, and put back
    finally:
        os.umask(mask)
    assert stat.S_IMODE(os.stat(tmp_path / "a").st_mode) == 0o640


def test_a_missing_folder_is_named(tmp_path):
    path = tmp_path / "no" / "a"
    with pytest.raises(InputError, match=rf"^cannot write {path}: No such file or directory$"):
        with atomic_write(path):
            pass


def test_a_folder_in_place_of_the_file_is_named(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(InputError, match=rf"^cannot write {tmp_path / 'a'}: Is a directory$"):
        with atomic_write(tmp_path / "a"):
            pass
    assert os.listdir(tmp_path) == ["a"]


def test_a_name_alone_is_in_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with atomic_write("a") as file:
        file.write("x")
    assert (tmp_path / "a").read_text() == "x"
