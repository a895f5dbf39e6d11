"""What holds for the images' files: all is pinned, nothing runs as root, no data gets in."""

import fnmatch
import importlib.util
import json
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from squad_reader.flags import make_parser

ROOT = Path(__file__).parent.parent
DOCKER = ROOT / "docker"
SETUP = (ROOT / "setup.py").read_text(encoding="utf-8")
DOCKERFILES = {"cpu": DOCKER / "Dockerfile.cpu", "gpu": DOCKER / "Dockerfile"}
SERVE = DOCKER / "Dockerfile.serve"
KINDS = ("cpu", "gpu", "serve")  # of requirements files
PIN = re.compile(
    r"(?P<name>[a-z0-9-]+(\[[a-z,-]+\])?)==(?P<version>[\w.]+) --hash=sha256:[0-9a-f]{64}"
)


def load_pin():
    """docker/pin.py as a module."""
    spec = importlib.util.spec_from_file_location("pin", DOCKER / "pin.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


pin = load_pin()


def instructions(text):
    """A Dockerfile as [(instruction, its argument on one line), ...], without comments."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ").splitlines()
    parts = [line.split(None, 1) for line in joined if line.strip()]
    return [(name.upper(), " ".join(rest[0].split()) if rest else "") for name, *rest in parts]


def arguments(text, name):
    return [argument for found, argument in instructions(text) if found == name]


def base_problems(text):
    for image in arguments(text, "FROM"):
        if not re.fullmatch(r"[\w./-]+:\d+\.\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?", image):
            yield f"FROM {image}: expected a tag with three numbers"
    if re.search(r":latest\b", "\n".join(argument for _, argument in instructions(text))):
        yield "latest is not pinned"


def user_problems(text):
    users = arguments(text, "USER")
    if not users or users[-1].split(":")[0] in ("root", "0"):
        yield "expected a USER at the end that is not root"


def copied(text):
    """What COPY takes from the folder docker/."""
    for argument in arguments(text, "COPY"):
        yield from [part for part in argument.split() if not part.startswith("--")][:-1]


def copy_problems(text):
    if arguments(text, "ADD"):
        yield "ADD may fetch and unpack; expected COPY"
    for name in copied(text):
        if not fnmatch.fnmatch(name, "requirements*.txt") or not (DOCKER / name).is_file():
            yield f"COPY {name}: expected a requirements file in docker/"


def install_problems(text):
    for command in arguments(text, "RUN"):
        for flag in ("--no-cache-dir", "--require-hashes", "--only-binary=:all:"):
            if re.search(r"\bpip3? install\b", command) and flag not in command.split():
                yield f"pip install without {flag}"
        if "apt-get install" in command and "rm -rf /var/lib/apt/lists" not in command:
            yield "apt-get leaves its lists"


def start_problems(text):
    if arguments(text, "ENTRYPOINT"):
        yield "ENTRYPOINT would come before the command of a run"
    if arguments(text, "CMD") != ['["/bin/bash"]']:
        yield "expected bash as CMD"
    if "PYTHONDONTWRITEBYTECODE=1" not in " ".join(arguments(text, "ENV")).split():
        yield "expected PYTHONDONTWRITEBYTECODE=1: the folder of the code cannot be written"


RULES = (base_problems, user_problems, copy_problems, install_problems, start_problems)


def problems(text):
    return [problem for rule in RULES for problem in rule(text)]


def requirement_lines(name):
    """All lines of a requirements file and of those that it includes."""
    for line in (DOCKER / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            yield from requirement_lines(line[3:])
        elif not line.startswith("#"):
            yield line


def versions(lines):
    """Name -> version of pinned lines; any other line is an error."""
    matches = [PIN.fullmatch(line) for line in lines]
    assert all(matches), [line for line, match in zip(lines, matches, strict=True) if not match]
    return {match["name"].split("[")[0]: match["version"] for match in matches}


def outside(wanted, pinned):
    """The requirements that no pin fulfils, of those for Linux."""
    parsed = [Requirement(text) for text in wanted]
    return [
        str(item)
        for item in parsed
        if (not item.marker or item.marker.evaluate({"sys_platform": "linux"}))
        and not item.specifier.contains(pinned.get(pin.normal(item.name), "0"))
    ]


@pytest.mark.parametrize("kind", DOCKERFILES)
def test_a_dockerfile_keeps_all_rules(kind):
    assert problems(DOCKERFILES[kind].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "old, new, complaint",
    [
        (r"FROM .*", "FROM python:3.12-slim", "three numbers"),
        (r"FROM .*", "FROM python", "three numbers"),
        (r"FROM .*", "FROM python:latest", "latest"),
        (r"FROM .*", "FROM ${BASE}", "three numbers"),
        (r"USER .*", "", "not root"),
        (r"USER .*", "USER 0:0", "not root"),
        (r"USER .*", "USER reader\nUSER root", "not root"),
        (r"COPY ", "ADD data /data\nCOPY ", "ADD may fetch"),
        (r"COPY requirements.txt", "COPY requirements.txt ../data", "COPY ../data"),
        (r"COPY requirements.txt", "COPY requirements-tpu.txt", "COPY requirements-tpu.txt"),
        (r"COPY .*", "COPY . /opt", "COPY ."),
        (r" --no-cache-dir", "", "without --no-cache-dir"),
        (r" --require-hashes", "", "without --require-hashes"),
        (r"&& pip check", "&& apt-get install -y git", "leaves its lists"),
        (r"CMD .*", 'ENTRYPOINT ["python"]', "ENTRYPOINT"),
        (r"CMD .*", "", "bash as CMD"),
        (r"PYTHONDONTWRITEBYTECODE=1", "PYTHONHASHSEED=0", "PYTHONDONTWRITEBYTECODE"),
    ],
)
@pytest.mark.parametrize("kind", DOCKERFILES)
def test_a_planted_violation_is_caught(kind, old, new, complaint):
    text = DOCKERFILES[kind].read_text(encoding="utf-8")
    changed, count = re.subn(old, lambda _: new, text)
    assert count > 0
    assert complaint in "\n".join(problems(changed))


def test_the_image_of_the_service_keeps_the_rules_and_starts_it():
    text = SERVE.read_text(encoding="utf-8")
    others = [rule for rule in RULES if rule not in (copy_problems, start_problems)]
    assert [problem for rule in others for problem in rule(text)] == []
    assert list(copied(text)) == ["docker/requirements-serve.txt", "code"]
    (command,) = arguments(text, "CMD")
    program, script, *flags = json.loads(command)
    assert program == "python" and script == "/opt/squad_reader/code/main.py"
    given = make_parser().parse_flags(flags)
    assert given == {"mode": "serve", "host": "0.0.0.0", "port": int(arguments(text, "EXPOSE")[0])}
    patterns = (DOCKER / "Dockerfile.serve.dockerignore").read_text("utf-8").splitlines()[1:]
    assert patterns[:3] == ["*", "!code", "!docker/requirements-serve.txt"]
    assert not any(pattern.startswith("!") for pattern in patterns[3:])


def test_comments_and_broken_lines_are_read_as_docker_reads_them():
    text = "# FROM x\nFROM a:1.2.3\nRUN pip install \\\n# why\n    -r b\nUSER  1000\n"
    assert instructions(text) == [
        ("FROM", "a:1.2.3"),
        ("RUN", "pip install -r b"),
        ("USER", "1000"),
    ]


@pytest.mark.parametrize("kind", DOCKERFILES)
def test_the_image_gets_the_requirements_files_that_it_installs(kind):
    text = DOCKERFILES[kind].read_text(encoding="utf-8")
    assert set(copied(text)) == {"requirements.txt", f"requirements-{kind}.txt"}
    assert f"-r /opt/squad_reader/requirements-{kind}.txt" in " ".join(arguments(text, "RUN"))


def test_nothing_but_requirements_files_reaches_the_build():
    lines = (DOCKER / ".dockerignore").read_text(encoding="utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    assert patterns == ["*", "!requirements*.txt"]


def test_all_images_have_one_base_that_setup_py_supports():
    paths = [*DOCKERFILES.values(), SERVE]
    bases = {arguments(path.read_text("utf-8"), "FROM")[0] for path in paths}
    (base,) = bases
    version = re.search(r"python:(\d+\.\d+\.\d+)", base)[1]
    python_requires = re.search(r'python_requires="(.+)"', SETUP)[1]
    assert Requirement(f"python{python_requires}").specifier.contains(version)
    minor = version.rpartition(".")[0]
    for path in DOCKER.glob("requirements*.txt"):
        assert f"for Python {minor} on" in path.read_text("utf-8").splitlines()[0]


@pytest.mark.parametrize("kind", KINDS)
def test_all_requirements_are_pinned_with_their_hashes(kind):
    lines = list(requirement_lines(f"requirements-{kind}.txt"))
    assert len(versions(lines)) == len(lines) > 25


@pytest.mark.parametrize("line", ["numpy>=2.0", "numpy==2.5.5", "--index-url=x", "numpy"])
def test_a_requirement_without_pin_or_hash_is_caught(line):
    with pytest.raises(AssertionError):
        versions([line])


@pytest.mark.parametrize("kind", KINDS)
def test_the_pins_are_in_the_ranges_of_setup_py(kind):
    wanted = dict(zip(KINDS, pin.wanted(SETUP), strict=True))[kind]
    assert len(wanted) >= 6
    assert outside(wanted, versions(requirement_lines(f"requirements-{kind}.txt"))) == []


def test_a_pin_out_of_range_or_missing_is_caught():
    wanted = ["a>=2.21,<2.22", "b_c", "d>=1"]
    assert outside(wanted, {"a": "2.22.0", "b-c": "1", "d": "1.0"}) == ["a<2.22,>=2.21"]
    assert outside(wanted, {"a": "2.21.0", "b-c": "1"}) == ["d>=1"]


def test_each_system_gets_the_tensorflow_that_is_made_for_it():
    """There is no tensorflow-cpu for macOS."""
    cpu, _, _ = pin.wanted(SETUP)
    asked = [Requirement(item) for item in cpu if item.startswith("tensorflow")]
    names = {"linux": "tensorflow-cpu", "win32": "tensorflow-cpu", "darwin": "tensorflow"}
    for system, name in names.items():
        found = [each.name for each in asked if each.marker.evaluate({"sys_platform": system})]
        assert found == [name]


def test_each_image_has_one_of_the_two_tensorflows():
    """Both distributions hold the same files."""
    for kind, name in (("cpu", "tensorflow-cpu"), ("gpu", "tensorflow")):
        pinned = versions(requirement_lines(f"requirements-{kind}.txt"))
        assert {"tensorflow", "tensorflow-cpu"} & set(pinned) == {name}
    (line,) = [x for x in requirement_lines("requirements-gpu.txt") if x.startswith("tensorflow[")]
    assert line.startswith("tensorflow[and-cuda]==")


def test_the_loader_of_the_gpu_image_knows_the_folders_of_cuda():
    (run,) = arguments(DOCKERFILES["gpu"].read_text("utf-8"), "RUN")
    (base,) = arguments(DOCKERFILES["gpu"].read_text("utf-8"), "FROM")
    minor = re.search(r"python:(\d+\.\d+)", base)[1]
    assert f"/usr/local/lib/python{minor}/site-packages/nvidia/*/lib" in run
    assert run.index("/etc/ld.so.conf.d/") < run.index("ldconfig")


def test_pin_reads_what_setup_py_wants():
    source = """ANSWER = ["numpy>=1"]
TRAIN = ["tensorflow-cpu>=2; a != 'b'", "tensorflow>=2; a == 'b'", "keras"]
SERVE = ["uvicorn>=1"]
setup(install_requires=[*ANSWER, *TRAIN], package_data={"a": ["b"]},
      extras_require={"gpu": ["tensorflow[and-cuda]>=2"], "test": TEST})"""
    assert pin.wanted(source) == (
        ["numpy>=1", "tensorflow-cpu>=2; a != 'b'", "tensorflow>=2; a == 'b'", "keras"],
        ["tensorflow[and-cuda]>=2", "numpy>=1", "keras"],
        ["numpy>=1", "uvicorn>=1"],
    )


def test_pin_writes_what_pip_reports():
    def item(name, version, **more):
        hashes = {"sha256": "ab" * 32}
        download = {"url": "x", "archive_info": {"hashes": hashes}}
        return {"metadata": {"name": name, "version": version}, "download_info": download, **more}

    report = {
        "install": [item("ml_dtypes", "1.0"), item("T.F", "2", requested_extras=["and-cuda"])]
    }
    assert pin.pins(report) == {
        "ml-dtypes": f"ml-dtypes==1.0 --hash=sha256:{'ab' * 32}\n",
        "t-f": f"t-f[and-cuda]==2 --hash=sha256:{'ab' * 32}\n",
    }
    for line in pin.pins(report).values():
        assert PIN.fullmatch(line.strip())


def test_pin_refuses_another_python():
    with pytest.raises(SystemExit, match=r"^docker/pin.py: expected Python 2.6 on Linux x86_64"):
        pin.check_python("FROM python:2.6.9-slim\n")


def test_the_commands_of_the_readme_name_files_that_are_there():
    text = (DOCKER / "README.md").read_text(encoding="utf-8")
    builds = re.findall(r"^docker build .*?-f (\S+) (\S+)$", text, re.MULTILINE)
    folders = {path: "docker" for path in DOCKERFILES.values()} | {SERVE: "."}
    assert {ROOT / name: folder for name, folder in builds} == folders
    assert len(builds) == len(folders) and ":latest" not in text


def test_the_readme_has_a_row_for_each_dockerfile():
    text = (DOCKER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(Dockerfile\S*)` \|", text, re.MULTILINE)
    files = {path.name for path in DOCKER.glob("Dockerfile*") if path.suffix != ".dockerignore"}
    assert set(rows) == files and len(rows) == len(files)


def test_the_commands_of_the_service_are_its_flags():
    """Of `docker run` lines with a command of their own."""
    text = (DOCKER / "README.md").read_text(encoding="utf-8").replace("\\\n", " ")
    commands = re.findall(r"^docker run .* python \S+/main.py (serve .*)$", text, re.MULTILINE)
    assert len(commands) == 1
    for command in commands:
        assert make_parser().parse_flags(command.split())["mode"] == "serve"
