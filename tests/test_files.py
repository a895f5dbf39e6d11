"""What `atomic_write` promises: the old content or the new, never a part, and nothing left over."""

import errno
import os
import stat
import tempfile

import pytest

from squad_reader.errors import InputError
from squad_reader.files import (
    atomic_write,
    expect_folder,
    expect_names,
    expect_writable,
    free_path,
)


def test_a_free_path_has_a_number_where_the_name_is_taken(tmp_path):
    path = str(tmp_path / "a.b.csv")
    for name in ("a.b.csv", "a.b-1.csv", "a.b-2.csv"):
        assert free_path(path) == str(tmp_path / name)
        (tmp_path / name).touch()


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


# --- what a file system may lack ----------------------------------------------------------------


def refusing(code):
    def refuse(*_, **__):
        raise OSError(code, os.strerror(code))

    return refuse


@pytest.mark.parametrize(
    "name, code",
    [
        ("chmod", errno.EPERM),  # WSL's /mnt/c
        ("chmod", errno.ENOTSUP),
        ("fsync", errno.EINVAL),
        ("fsync", errno.ENOSYS),
    ],
)
def test_a_nicety_that_is_refused_is_done_without(tmp_path, monkeypatch, name, code):
    monkeypatch.setattr(os, name, refusing(code))
    with atomic_write(tmp_path / "a") as file:
        file.write("x")
    assert (tmp_path / "a").read_text() == "x" and os.listdir(tmp_path) == ["a"]


def test_a_disk_that_is_full_at_the_last_moment_is_no_nicety(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", refusing(errno.ENOSPC))
    with pytest.raises(InputError, match=f"^cannot write {tmp_path / 'a'}: No space left"):
        with atomic_write(tmp_path / "a") as file:
            file.write("x")
    assert os.listdir(tmp_path) == []


def test_no_pathconf_is_no_loss(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "pathconf", raising=False)
    with atomic_write(tmp_path / "a") as file:
        file.write("x")
    with pytest.raises(InputError, match="^cannot write .*: File name too long$"):
        expect_writable(str(tmp_path / ("x" * 300)))


def test_a_name_that_cannot_be_taken_at_the_end_is_an_error_with_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "replace", refusing(errno.EACCES))
    with pytest.raises(InputError, match=f"^cannot write {tmp_path / 'a'}: Permission denied$"):
        with atomic_write(tmp_path / "a") as file:
            file.write("x")
    assert os.listdir(tmp_path) == []


# --- checks before the work ---------------------------------------------------------------------

CHINESE = "阅" * 90  # 270 bytes


@pytest.mark.parametrize("check", [expect_writable, expect_folder, expect_names])
def test_names_are_measured_in_bytes(tmp_path, check):
    with pytest.raises(InputError, match=f"^cannot write {tmp_path / CHINESE}: File name too long"):
        check(str(tmp_path / CHINESE))
    check(str(tmp_path / CHINESE[:60]))
    assert os.listdir(tmp_path) == []


def test_names_of_folders_that_are_not_there_yet_are_measured_too(tmp_path):
    for path in (tmp_path / "a" / CHINESE / "b", tmp_path / "a" / "b" / CHINESE):
        with pytest.raises(InputError, match="File name too long$"):
            expect_folder(str(path))
    expect_folder(str(tmp_path / "a" / "b" / "c"))
    assert os.listdir(tmp_path) == []


def test_a_place_that_cannot_be_written_is_known_before(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    expect_writable(str(tmp_path / "file"))
    for path in (tmp_path, tmp_path / "no" / "a", tmp_path / "file" / "a"):
        with pytest.raises(InputError, match=f"^cannot write {path}: "):
            expect_writable(str(path))
    for path in (tmp_path / "file", tmp_path / "file" / "a" / "b"):
        with pytest.raises(InputError, match=f"{tmp_path / 'file'} is not a folder$"):
            expect_folder(str(path))
    monkeypatch.setattr(tempfile, "mkstemp", refusing(errno.EROFS))
    for check in (expect_writable, expect_folder):
        with pytest.raises(InputError, match="Read-only file system$"):
            check(str(tmp_path / "new"))
    assert os.listdir(tmp_path) == ["file"]


def test_a_device_can_always_be_written():
    expect_writable(os.devnull)
