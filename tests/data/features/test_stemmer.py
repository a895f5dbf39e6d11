"""nltk's stemmer comes without the rest of nltk, and leaves the whole of it to others."""

import subprocess
import sys
from pathlib import Path

import pytest

CODE = Path(__file__).parents[3] / "code"
FIRST = """
import sys
from squad_reader.data.features.stemmer import porter_stemmer
stem = porter_stemmer().stem
print([stem(word) for word in ("painted", "abbeys", "trekking", "'s")])
print(sorted(name for name in sys.modules if name.split(".")[0] in ("nltk", "scipy")))
import nltk
print(nltk.stem.PorterStemmer().stem("painted"), len(nltk.__version__) > 2)
"""
AFTER = "import nltk, nltk.stem.porter as p\n" + FIRST.replace(
    "print(sorted", "assert type(porter_stemmer()) is p.PorterStemmer\nprint(sorted"
)


@pytest.mark.parametrize("program", [FIRST, AFTER], ids=["first", "after nltk"])
def test_the_stemmer_is_nltks(program):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(CODE)},
    )
    assert done.returncode == 0, done.stderr
    stems, loaded, later = done.stdout.splitlines()
    assert stems == "['paint', 'abbey', 'trek', \"'s\"]"
    assert later == "paint True" and (program == AFTER or loaded == "[]")
