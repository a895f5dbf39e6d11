"""What the tests of the service share, as a process and in a browser."""

import shutil

import pytest


@pytest.fixture(scope="module")
def reader_flags(fixtures_dir, tmp_path_factory):
    """Of the small golden checkpoint, in a folder where graphs may be written."""
    folder = tmp_path_factory.mktemp("served") / "reader"
    shutil.copytree(fixtures_dir / "golden_checkpoint", folder)
    return [f"--ckpt_load_dir={folder}", f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}"]


@pytest.fixture(scope="module")
def address():
    """Of the service with a stub for the model, served for a browser."""
    from browsing import application
    from screenshot import served

    with served(application()) as address:
        yield address
