"""scripts/plot_curve.py, run from outside: a picture of a table, or one line of what is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from squad_reader.train.progress import COLUMNS

SCRIPT = Path(__file__).parent.parent / "scripts" / "plot_curve.py"
HEADER = ",".join(COLUMNS) + "\n"
TRAINED = "1,1,0.5,9.1,1,1,0.001,200,,,,,,,\n"
SCORED = "2,1,1.0,,,,,,20,10,8.5,30.25,20.5,28,18\n"
WHOLE = HEADER + TRAINED + SCORED + TRAINED.replace("1,1,0.5", "3,2,1.5")


def plot(folder, content, picture="curve.png", *flags):
    (folder / "metrics.csv").write_bytes(content)
    command = [sys.executable, str(SCRIPT), str(folder), str(folder / picture), *flags]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_draws_a_picture(tmp_path, ending):
    pytest.importorskip("matplotlib")
    done = plot(tmp_path, WHOLE.encode(), f"c.{ending}", "--with_2018", "--title=A title")
    assert (done.returncode, done.stderr) == (0, "")
    content = (tmp_path / f"c.{ending}").read_bytes()
    assert content.startswith({"png": b"\x89PNG", "svg": b"<?xml"}[ending])
    assert ending == "png" or b"best: F1 30.25, EM 20.50" in content


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "expected a column dev/em"),
        (b"\xff\xfe", "utf-8"),
        (HEADER.encode(), "expected dev scores, found none yet"),
        ((HEADER + TRAINED).encode(), "expected dev scores, found none yet"),
        ((WHOLE + "61").encode(), "a damaged row, of step 61"),
        ((WHOLE + SCORED.strip() + ",7\n").encode(), "a damaged row, of step 2"),
        (WHOLE.replace("30.25", "much").encode(), "could not convert string to float: 'much'"),
    ],
)
def test_a_damaged_table_is_one_clear_line(tmp_path, content, part):
    done = plot(tmp_path, content)
    (line,) = done.stderr.splitlines()
    assert done.returncode == 2 and part in line and "metrics.csv" in line
    assert line.startswith("plot_curve.py: error: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["metrics.csv"]


@pytest.mark.parametrize("picture", [".", "curve", "curve.doc"])
def test_a_picture_of_no_known_kind_is_refused(tmp_path, picture):
    done = plot(tmp_path, WHOLE.encode(), picture)
    assert done.returncode == 2 and ".png, .svg, .pdf" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["metrics.csv"]
