"""scripts/measure_noise.py: a table of differences, and what the rule does about them."""

import shutil
import sys

import measure_noise
import pytest

from squad_reader.model import span_decoder


@pytest.fixture
def measured(fixtures_dir, monkeypatch, capsys):
    """Gives a function: settings, more flags -> exit status, lines of stdout, stderr."""

    def measured(settings, *more, checkpoint=fixtures_dir / "golden_checkpoint"):
        flags = [
            f"--ckpt_load_dir={checkpoint}",
            f"--json_in_path={fixtures_dir / 'tiny-v1.1.json'}",
            f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}",
        ]
        monkeypatch.setattr(measure_noise, "SETTINGS", settings)
        monkeypatch.setattr(measure_noise.importlib.util, "find_spec", lambda _: None)  # no JAX
        monkeypatch.setattr(sys, "argv", ["measure_noise.py", *flags, *more])
        status = measure_noise.main()
        out, err = capsys.readouterr()
        return status, out.splitlines(), err

    return measured


@pytest.mark.slow
def test_it_tells_differences_and_what_is_left_to_chance(measured):
    same = measure_noise.Setting("the same again")
    fails = measure_noise.Setting("unknown flag", ("--no_such_flag=1",))
    distance = span_decoder.DISTANCE
    status, lines, err = measured([measure_noise.SETTINGS[0], same, fails], "--edge")
    assert status == 0
    assert lines[2:4] == [
        "| default | 0.0e+00 | 0.0e+00 | 0 | 0 |",
        "| the same again | 0.0e+00 | 0.0e+00 | 0 | 0 |",
    ]
    assert err.startswith("unknown flag: ") and "no_such_flag" in err
    assert " of 22 answers are not the best span" in lines[4]
    assert lines[5].endswith(": 0 could be answered otherwise")
    assert span_decoder.DISTANCE == distance


@pytest.mark.slow
def test_the_graphs_of_onnx_runtime_are_measured_too(measured, fixtures_dir, tmp_path):
    folder = shutil.copytree(fixtures_dir / "golden_checkpoint", tmp_path / "checkpoint")
    onnx = measure_noise.SETTINGS[-1]
    status, lines, err = measured([measure_noise.SETTINGS[0], onnx], checkpoint=folder)
    assert status == 0 and err == ""
    assert lines[3].startswith("| ONNX Runtime | ") and lines[3].endswith(" | 0 | 0 |")
    assert len(list(folder.glob("graphs-*.npz"))) == 1


def test_without_a_first_setting_there_is_nothing_to_compare(measured, tmp_path):
    status, lines, err = measured([measure_noise.SETTINGS[0]], checkpoint=tmp_path)
    assert status == 1 and len(lines) == 2
    assert "config.json" in err
