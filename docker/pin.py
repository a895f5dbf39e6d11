"""Makes the requirements files of the images anew: the newest versions that setup.py allows.

    python3.12 docker/pin.py

Run it with the Python of the images (FROM in the Dockerfiles) on x86-64 Linux: pip chooses the
files for the Python that runs it. It installs nothing, but downloads what pip has to look into,
which may be all of it (3 GB). Each pin has the sha256 that the package index gives; pip refuses a
file with another.
"""

import ast
import json
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).absolute().parent
SETUP = HERE.parent / "setup.py"
DOCKERFILE = HERE / "Dockerfile"
NOTE = "# Made by docker/pin.py from setup.py, for Python {} on x86-64 Linux. Do not edit.\n"


def wanted(setup_source):
    """What setup.py asks for, as three lists: for the CPU, for a GPU instead, and for a service."""
    lists = {}
    for node in ast.walk(ast.parse(setup_source)):
        if isinstance(node, ast.Assign) and node.targets[0].id in ("ANSWER", "TRAIN", "SERVE"):
            lists[node.targets[0].id] = ast.literal_eval(node.value)
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            lists |= {
                key.value: ast.literal_eval(value) for key, value in pairs if key.value == "gpu"
            }
    cpu = lists["ANSWER"] + lists["TRAIN"]
    others = [item for item in cpu if not re.match("tensorflow(-cpu)?>", item)]
    return cpu, lists["gpu"] + others, lists["ANSWER"] + lists["SERVE"]


def check_python(dockerfile):
    """Stop where pip would choose files for another Python or machine than the image's."""
    match = re.search(r"^FROM python:(\d+\.\d+)\.", dockerfile, re.MULTILINE)
    expected = f"Python {match[1]} on Linux x86_64"
    version = ".".join(map(str, sys.version_info[:2]))
    got = f"Python {version} on {platform.system()} {platform.machine()}"
    if got != expected:
        sys.exit(f"docker/pin.py: expected {expected}, as in docker/Dockerfile, got {got}")


def normal(name):
    """A distribution's name as package indexes write it: tensorflow_cpu -> tensorflow-cpu."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(report):
    """Lines `name==version --hash=sha256:...` of pip's installation report, by name."""
    lines = {}
    for item in report["install"]:
        name, version = normal(item["metadata"]["name"]), item["metadata"]["version"]
        extras = f"[{','.join(item['requested_extras'])}]" if item.get("requested_extras") else ""
        digest = item["download_info"]["archive_info"]["hashes"]["sha256"]
        lines[name] = f"{name}{extras}=={version} --hash=sha256:{digest}\n"
    return lines


def resolve(requirements, constraints=()):
    """Ask pip which versions it would install."""
    with tempfile.TemporaryDirectory() as folder:
        report, limits = Path(folder, "report.json"), Path(folder, "constraints.txt")
        limits.write_text("\n".join(constraints), encoding="utf-8")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run"]
        command += ["--ignore-installed", "--only-binary=:all:", f"--report={report}"]
        command += [f"--constraint={limits}", *requirements]
        status = subprocess.run(command).returncode
        if status:
            sys.exit(f"docker/pin.py: status {status} from {' '.join(command)}")
        return pins(json.loads(report.read_text(encoding="utf-8")))


def write(name, lines, first=""):
    """A requirements file in this folder, sorted."""
    note = NOTE.format(".".join(map(str, sys.version_info[:2])))
    (HERE / name).write_text(note + first + "".join(sorted(lines)), encoding="utf-8")


def main():
    """The files of all images; what they share has one version, for two in a file of its own."""
    check_python(DOCKERFILE.read_text(encoding="utf-8"))
    wanted_cpu, wanted_gpu, slim = wanted(SETUP.read_text(encoding="utf-8"))
    cpu = resolve(wanted_cpu)
    gpu = resolve(wanted_gpu, [line.split(" ")[0] for line in cpu.values()])
    both = {line for name, line in cpu.items() if gpu.get(name) == line}
    write("requirements.txt", both)
    write("requirements-cpu.txt", set(cpu.values()) - both, "-r requirements.txt\n")
    write("requirements-gpu.txt", set(gpu.values()) - both, "-r requirements.txt\n")
    shared = [line.split(" ")[0] for line in cpu.values()]
    write("requirements-serve.txt", resolve(slim, shared).values())


if __name__ == "__main__":
    main()
