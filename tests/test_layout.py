"""What holds for all files: stages import upstream only, little is imported at the start."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import squad_reader

ROOT = Path(__file__).parent.parent
CODE = ROOT / "code"
PACKAGE = CODE / "squad_reader"
# The order of the data flow: this list, not the alphabet. A new stage goes where the flow has it.
STAGES = ["data", "model", "graph", "predict", "score", "report", "serve", "train"]
BASE = set(
    "bars command config cores errors files flags options paths registry runtime screen".split()
)
PYTHON2_FILES = [CODE / "main.py", CODE / "evaluate.py", PACKAGE / "__init__.py"]
SCORE_FILES = [PACKAGE / "errors.py", PACKAGE / "screen.py"]
SCORE_FILES += [PACKAGE / "data" / f"{name}.py" for name in ("json_file", "squad_data")]
SCORE_FILES += [PACKAGE / "data" / "squad_format.py", PACKAGE / "score" / "squad_v1_1.py"]
SCORE_FILES += [PACKAGE / "score" / f"{name}.py" for name in ("score_files", "python2")]
OTHER_SCORES = ("evaluation", "no_answer", "squad_v2_0")
SCORE_FILES += [PACKAGE / "score" / f"{name}.py" for name in OTHER_SCORES]
PYTHON2_FILES += [*SCORE_FILES, PACKAGE / "score" / "__init__.py"]
PYTHON2_FILES += [PACKAGE / "data" / f"{name}.py" for name in ("__init__", "tokenizer", "spans")]
PYTHON2_FILES += [PACKAGE / "data" / "vector_file.py"]
FEATURE_FILES = ("__init__", "overlap", "same_token", "stemmer", "word_forms")
PYTHON2_FILES += [PACKAGE / "data" / "features" / f"{name}.py" for name in FEATURE_FILES]
PYTHON2_FILES += [PACKAGE / f"{name}.py" for name in ("files", "bars", "command")]
PYTHON2_FILES += [PACKAGE / "model" / "__init__.py", PACKAGE / "model" / "span_decoder.py"]
PYTHON2_FILES += [PACKAGE / "train" / "__init__.py", PACKAGE / "train" / "lock.py"]
PYTHON2_FILES += sorted((CODE / "v4").glob("*.py"))


def imported_modules(source):
    """Full names of all modules that some source text imports, wherever it does."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the stage"
            yield node.module


def forbidden_imports(path, source):
    """The imports of a file of the package that break the order of the stages."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    if parts[0] == "cli":
        return []
    allowed = set(STAGES[: STAGES.index(parts[0]) + 1]) if parts[0] in STAGES else set()
    ours = [name.split(".") for name in imported_modules(source) if name.startswith("squad_reader")]
    return [".".join(name) for name in ours if len(name) > 1 and name[1] not in allowed | BASE]


def modules():
    return sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(CODE)))
def test_stages_import_upstream_only(path):
    assert forbidden_imports(path, path.read_text(encoding="utf-8")) == []


def test_an_import_from_downstream_is_caught():
    source = "def late():\n    from squad_reader.train.loop import train\n"
    assert forbidden_imports(PACKAGE / "data" / "x.py", source) == ["squad_reader.train.loop"]
    assert forbidden_imports(PACKAGE / "errors.py", "import squad_reader.data.spans") != []


def test_every_folder_of_the_package_is_a_stage():
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert folders == set(STAGES)


def test_the_model_knows_no_backend():
    allowed = {"collections", "dataclasses", "heapq", "keras", "numpy", "squad_reader", "typing"}
    for path in (PACKAGE / "model").rglob("*.py"):
        names = {name.split(".")[0] for name in imported_modules(path.read_text("utf-8"))}
        assert names <= allowed, path


def test_the_official_score_needs_the_standard_library_only():
    ours = {".".join(path.relative_to(CODE).with_suffix("").parts) for path in SCORE_FILES}
    for path in SCORE_FILES:
        for module in imported_modules(path.read_text(encoding="utf-8")):
            assert module.split(".")[0] in sys.stdlib_module_names or module in ours, module


def test_code_is_no_package_and_the_standard_library_wins():
    assert not (CODE / "__init__.py").exists()
    done = subprocess.run(
        [sys.executable, "-c", "import code, pdb; print(code.interact.__name__)"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(CODE)},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "interact\n", done.stderr


def test_the_version_is_the_newest_of_the_changelog():
    versions = re.findall(r"^## \[(\d\S*)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert versions[0] == squad_reader.__version__


@pytest.mark.parametrize("command", ["main.py --help", "evaluate.py --help"])
def test_help_loads_nothing_heavy(command):
    script, flag = command.split()
    done = subprocess.run(
        [sys.executable, "-X", "importtime", str(CODE / script), flag],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and "usage" in done.stdout
    loaded = set(re.findall(r"\|\s+(\w+)", done.stderr))
    assert "argparse" in loaded
    assert not loaded & {"tensorflow", "keras", "numpy", "nltk", "rich", "tqdm"}


def python2():
    """A Python 2.7, if this machine has one."""
    known = sorted(Path.home().glob(".pyenv/versions/2.7*/bin/python2.7"))
    return os.environ.get("PYTHON27") or (str(known[0]) if known else shutil.which("python2.7"))


@pytest.mark.parametrize("path", PYTHON2_FILES, ids=lambda path: str(path.relative_to(CODE)))
def test_python_2_can_read_what_it_must(path):
    if python2() is None:
        pytest.skip("no python2.7 here (set PYTHON27 to its path)")
    program = "import ast, sys; ast.parse(open(sys.argv[1]).read())"
    done = subprocess.run([python2(), "-c", program, str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
