"""One run at a time in a folder, also where the file system has no locks."""

import errno
import fcntl
import os

import pytest

from squad_reader.errors import InputError
from squad_reader.train.lock import locked


def test_a_second_run_is_refused_and_the_first_frees_the_folder(tmp_path):
    with locked(str(tmp_path / "run")):
        with pytest.raises(InputError, match="^--train_dir: another run is training in "):
            with locked(str(tmp_path / "run")):
                pass
    with locked(str(tmp_path / "run")):
        pass


def flock_that_fails(number):
    def flock(file, how):
        raise OSError(number, os.strerror(number))

    return flock


@pytest.mark.parametrize("name", ["ENOLCK", "ENOSYS", "EOPNOTSUPP", "EINVAL", "EIO"])
def test_a_file_system_without_locks_is_told_once_and_trained_on(
    tmp_path, monkeypatch, caplog, name
):
    monkeypatch.setattr(fcntl, "flock", flock_that_fails(getattr(errno, name)))
    with locked(str(tmp_path / "run")):
        assert len(caplog.records) == 1
    assert f"the file system of {tmp_path / 'run'} has no locks" in caplog.text


@pytest.mark.parametrize("name", ["EWOULDBLOCK", "EAGAIN"])
def test_only_a_lock_that_is_taken_means_another_run(tmp_path, monkeypatch, name):
    monkeypatch.setattr(fcntl, "flock", flock_that_fails(getattr(errno, name)))
    with pytest.raises(InputError, match="another run is training"):
        with locked(str(tmp_path / "run")):
            pass


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=f"^--train_dir: cannot make {tmp_path}/file/run: Not a"):
        with locked(str(tmp_path / "file" / "run")):
            pass
