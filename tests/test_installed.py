"""The wheel alone, in an environment without TensorFlow, Keras and the rest of what trains.

The environment has links to the packages of docker/requirements-serve.txt, in the versions that are
installed here, and to those that these need, and nothing else: no package is downloaded.
"""

import ast
import json
import re
import subprocess
import sys
import sysconfig
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LIST = ROOT / "docker" / "requirements-serve.txt"
TEXT = "Zorn met Alma in Riga in 1931. They opened a bakery by the river."


def installed(name):
    """A pin of another Python's versions may name what is not needed here."""
    try:
        return metadata.distribution(name) is not None
    except metadata.PackageNotFoundError:
        return False


def closure(names):
    """Names of these distributions and of all that they need here."""
    found, left = set(), list(names)
    while left:
        name = canonicalize_name(left.pop())
        if name in found or not installed(name):
            continue
        found.add(name)
        for line in metadata.requires(name) or []:
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                left.append(needed.name)
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The package's wheel, built from a copy, so that the project's folder stays as it is."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("setup.py", "README.md", "code"):
        (source / name).symlink_to(ROOT / name)
    run([sys.executable, "setup.py", "-q", "bdist_wheel", "-d", str(out)], cwd=source)
    return next(out.glob("*.whl"))


def names_of_the_slim_list():
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return [line.partition("==")[0] for line in lines if line[:1] != "#"]


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """An interpreter that finds the wheel's content and the packages of the slim list."""
    return environment(tmp_path_factory.mktemp("slim") / "venv", wheel, names_of_the_slim_list())


@pytest.fixture(scope="module")
def python_of_reports(wheel, tmp_path_factory):
    """The same with what the extra `report` brings."""
    (text,) = re.findall(r"^REPORT = (.*)$", (ROOT / "setup.py").read_text("utf-8"), re.M)
    names = [Requirement(each).name for each in ast.literal_eval(text)]
    folder = tmp_path_factory.mktemp("reports") / "venv"
    return environment(folder, wheel, [*names_of_the_slim_list(), *names])


def environment(folder, wheel, names):
    """Its interpreter; it has the wheel, and these distributions with what they need."""
    run([sys.executable, "-m", "venv", "--without-pip", str(folder)])
    site = folder / "lib" / Path(sysconfig.get_path("purelib")).relative_to(sys.prefix + "/lib")
    for name in closure(names):
        for top in {file.parts[0] for file in metadata.files(name) or [] if ".." not in file.parts}:
            if top != "__pycache__":
                (site / top).symlink_to(metadata.distribution(name).locate_file(top))
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install"]
    run([*pip, "--no-index", "--no-deps", "--disable-pip-version-check", str(wheel)])
    return folder / "bin" / "python"


def run(command, **kwargs):
    """The finished process, which must have succeeded."""
    done = subprocess.run(command, capture_output=True, text=True, **kwargs)
    assert done.returncode == 0, done.stderr
    return done


def ask(python, *flags, **kwargs):
    return run([python.with_name("squad-reader"), "ask", *flags], **kwargs)


def test_the_environment_has_nothing_that_trains(python):
    code = "import importlib.util as u, sys; print([n for n in sys.argv[1:] if u.find_spec(n)])"
    names = ["tensorflow", "keras", "sklearn", "scipy", "onnx", "jax", "matplotlib", "jinja2"]
    names.append("squad_reader")
    assert run([python, "-c", code, *names]).stdout == "['squad_reader']\n"


def test_the_wheel_answers_with_the_reader_that_comes_with_it(python, tmp_path):
    done = ask(python, "Where did Zorn meet Alma?", f"--text={TEXT}", "--json", cwd=tmp_path)
    answer = json.loads(done.stdout)["answers"][0]
    assert TEXT[answer["char_start"] : answer["char_end"]] == answer["text"]
    assert 0 < answer["probability"] < 1
    assert not list(tmp_path.iterdir())


def test_a_long_text_is_ranked(python, tmp_path):
    """Which needs one package more."""
    (tmp_path / "long.txt").write_text("\n\n".join([TEXT] * 4000), encoding="utf-8")
    done = ask(python, "Who met Alma?", "--context=long.txt", "--json", cwd=tmp_path)
    found = json.loads(done.stdout)
    assert found["passages_read"] < found["passages"]


def test_the_service_starts(python, tmp_path):
    """Its application answers one request, without a network."""
    code = """
import asyncio, json
from squad_reader.config import make_config
from squad_reader.serve.server import make_app
app = make_app(make_config({"ckpt_load_dir": "shipped"}))
sent = []
async def receive(): return {"type": "http.request", "body": b"", "more_body": False}
async def send(message): sent.append(message)
scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
         "path": "/healthz", "raw_path": b"/healthz", "query_string": b"", "root_path": "",
         "scheme": "http", "headers": [(b"host", b"localhost")],
         "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80)}
asyncio.run(app(scope, receive, send))
print(sent[0]["status"])
"""
    assert run([python, "-c", code], cwd=tmp_path).stdout.strip() == "200"


def test_the_report_has_its_templates_style_and_script(python, python_of_reports, tmp_path):
    paragraph = {"context": TEXT, "qas": [{"id": "q", "question": "Who?", "answers": []}]}
    paragraph["qas"][0]["answers"] = [{"text": "Zorn", "answer_start": 0}]
    content = {"version": "1.1", "data": [{"title": "T", "paragraphs": [paragraph]}]}
    (tmp_path / "data.json").write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "p.json").write_text('{"q": "Zorn"}', encoding="utf-8")
    flags = ["--json_in_path=data.json", "--predictions", "p.json"]
    slim = [python.with_name("squad-reader"), "report", *flags]
    done = subprocess.run(slim, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 2 and "expected pip install '.[report]', got: " in done.stderr
    assert done.stderr.count("\n") == 1
    done = run([python_of_reports.with_name("squad-reader"), "report", *flags], cwd=tmp_path)
    assert "commit:unknown" in done.stdout
    page = (tmp_path / "report" / "index.html").read_text("utf-8")
    assert "addEventListener" in page and "prefers-color-scheme" in page and "<svg" in page


def test_the_wheel_names_the_licences_of_code_reader_and_vectors(wheel):
    with zipfile.ZipFile(wheel) as content:
        (name,) = [name for name in content.namelist() if name.endswith(".dist-info/METADATA")]
        lines = content.read(name).decode().splitlines()
    assert any(line.endswith(": MIT AND CC-BY-SA-4.0 AND PDDL-1.0") for line in lines)
