"""Stands for CodaLab's client `cl` and its server in tests: says and does what those of 1.7.5 do.

What it prints was compared with the real client's on a real server: outputs, exit status (0 or 1),
what goes to stdout and what to stderr, names, identifiers and their beginnings, states.

CL_LOG      file to which each call adds its arguments, a line of JSON; beside it, with the ending
            .server, are the bundles
CL_FAIL     calls that begin with these words fail
CL_RUNS     JSON, name of a run -> [state, failure_message]; other runs end as `ready`
CL_OUTAGE   calls, counted from 0 and separated by commas, in which there is no server
CL_HANG     runs do not end
"""

import argparse
import json
import os
import signal
import sys
import time
import warnings
from uuid import uuid4

SCORE = '{"f1": 43.6, "exact_match": 34.4}'
ADDRESS, WORKSHEET = "http://codalab.example", "0x" + "7" * 32
GIVEN = {"glove.6B.100d.txt": "0x97c870", "dev.json": "0x4870af"}  # the course's bundles
READY = ["ready", None]
TRACEBACK = """Traceback (most recent call last):
  File "json_api_client.py", line 18, in wrapper
    return f(*args, **kwargs)
urllib.error.URLError: <urlopen error [Errno 111] Connection refused>

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "bin/cl", line 8, in <module>
    sys.exit(main())
codalab.client.json_api_client.JsonApiException: Unable to fetch bundles: \
<urlopen error [Errno 111] Connection refused>"""


class UsageError(Exception):
    """What the user did wrong; the client prints it in one line."""


class NotFoundError(UsageError):
    """Nothing has this name or identifier."""


def make_parser():
    """The commands and flags of codalab 1.7.5 that matter here, under their real names."""
    parser = argparse.ArgumentParser(prog="cl", allow_abbrev=False)
    commands = parser.add_subparsers(dest="verb", required=True)
    for verb in ("upload", "run", "wait", "cat", "edit", "info", "mimic", "work"):
        one = commands.add_parser(verb)
        if verb != "work":
            one.add_argument("-w", "--worksheet-spec")
        if verb in ("upload", "run", "edit", "mimic"):
            one.add_argument("-n", "--name")
            one.add_argument("-T", "--tags", nargs="*")
        if verb == "upload":
            one.add_argument("path", nargs="*")
            one.add_argument("-x", "--exclude-patterns", nargs="*")
        elif verb == "run":
            for wish in ("docker-image", "gpus", "memory", "time", "cpus", "disk"):
                one.add_argument(f"--request-{wish}")
            one.add_argument("target_spec", nargs="*")
            one.add_argument("command")
        elif verb == "info":
            one.add_argument("-f", "--field")
            one.add_argument("spec", nargs="+")
        elif verb == "mimic":
            one.add_argument("spec", nargs="+")
        elif verb == "work":
            one.add_argument("-u", "--uuid-only", action="store_true")
            one.add_argument("worksheet_spec", nargs="?")
        else:
            one.add_argument("spec")
            one.add_argument("--head", type=int)
    return parser


class Server:
    """The bundles, in the order in which they were made."""

    def __init__(self, path):
        self.path = path
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self.bundles = json.load(file)
        else:
            self.bundles = []
            for name, prefix in GIVEN.items():
                self.add(name, READY, [name], prefix)

    def add(self, name, end, files=(), prefix="0x"):
        uuid = (prefix + uuid4().hex)[:34]
        self.bundles.append({"name": name, "uuid": uuid, "end": end, "files": list(files)})
        with open(self.path, "w", encoding="utf-8") as file:
            json.dump(self.bundles, file)
        return uuid

    def find(self, spec, separator="//"):
        """The bundle of [WORKSHEET//]BUNDLE[/FILE], the last of its name, and FILE."""
        bundle, _, inside = spec.rpartition(separator)[2].partition("/")
        for one in reversed(self.bundles):
            if bundle == one["name"] or (bundle[:2] == "0x" and one["uuid"].startswith(bundle)):
                return one, inside
        kind = "uuid prefix" if bundle.startswith("0x") else "bundle spec"
        raise NotFoundError(f"{kind} {bundle} doesn't match any bundles")


def do_upload(flags, server):
    if not os.path.exists(flags.path[0]):
        raise UsageError(f"Invalid local path: {flags.path[0]}")
    print("Preparing upload archive...", file=sys.stderr)
    name = flags.name or os.path.basename(flags.path[0])
    print("\rSent 0.01MiB\t\t\t\rSent 0.02MiB\t\t\t", file=sys.stderr)
    print(server.add(name, READY, os.listdir(flags.path[0])))


def do_run(flags, server):
    for target in flags.target_spec:
        server.find(target.partition(":")[2])
    print(add_run(flags.name, server))


def add_run(name, server):
    end = json.loads(os.environ.get("CL_RUNS", "{}")).get(name, READY)
    return server.add(name, end, ["stdout", "stderr", "predictions.json"])


def do_wait(flags, server):
    bundle, _ = server.find(flags.spec)
    if "CL_HANG" in os.environ:
        time.sleep(600)
    state = bundle["end"][0]
    if state != "ready":
        sys.exit(state)
    print(bundle["uuid"])


def do_info(flags, server):
    if "//" in flags.spec[0]:
        raise UsageError(f"Invalid bundle_spec: /{flags.spec[0].rpartition('//')[2]}")
    bundle, _ = server.find(flags.spec[0], separator="/")
    state, message = bundle["end"]
    facts = {"uuid": bundle["uuid"], "state": state, "failure_message": message}
    print("\t".join(str(facts[field]) for field in flags.field.split(",")))


def do_cat(flags, server):
    bundle, inside = server.find(flags.spec)
    if inside not in bundle["files"]:
        print("<none>")
        raise UsageError(f"Target '{inside}' doesn't exist in bundle {bundle['uuid']}")
    print(SCORE if inside == "stdout" else "the first line")


def do_edit(flags, server):
    print(f"Saved metadata for bundle {server.find(flags.spec)[0]['uuid']}.", file=sys.stderr)


def do_mimic(flags, server):
    """For OLD OUTPUT NEW: OUTPUT and what it was made from, anew."""
    olds = [server.find(spec)[0] for spec in flags.spec]
    new = add_run(flags.name or olds[1]["name"], server)
    print(f"{olds[1]['name']}({olds[1]['uuid']}) => {flags.name}({new})", file=sys.stderr)
    print(new)


def do_work(flags, server):
    where = f"Currently on worksheet: {ADDRESS}/worksheets/{WORKSHEET} (home-me)"
    print(WORKSHEET if flags.uuid_only else where)


def main(arguments):
    """Ends with the client's status: 1 for what is not there, 2 for a wrong flag."""
    old = "You are using a Python version 3.9 past its end of life."
    warnings.warn(old, FutureWarning, stacklevel=2)
    flags = make_parser().parse_args(arguments)
    with open(os.environ["CL_LOG"], "a+", encoding="utf-8") as log:
        log.seek(0)
        count = len(log.readlines())
        log.write(json.dumps(arguments) + "\n")
    if str(count) in os.environ.get("CL_OUTAGE", "").split(","):
        sys.exit(TRACEBACK)
    try:
        failing = os.environ.get("CL_FAIL")
        if failing and " ".join(arguments).startswith(failing):
            raise NotFoundError(failing)
        globals()[f"do_{flags.verb}"](flags, Server(os.environ["CL_LOG"] + ".server"))
    except UsageError as error:
        sys.exit(f"{type(error).__name__}: {error}")
    except KeyboardInterrupt:
        print("Terminated by Ctrl-C")
        sys.exit(130)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main(sys.argv[1:])
