"""Stands for CodaLab's client `cl` in tests: logs its arguments, and answers as that does.

CL_LOG     file to which each call adds its arguments, a line of JSON
CL_FAIL    calls that begin with these words fail
"""

import argparse
import json
import os
import sys

SCORE = '{"f1": 43.6, "exact_match": 34.4}'
UUID = "0x" + "1" * 32


def make_parser():
    """The commands and flags of codalab 1.7.5 that matter here, under their real names."""
    parser = argparse.ArgumentParser(prog="cl", allow_abbrev=False)
    commands = parser.add_subparsers(dest="verb", required=True)
    for verb in ("upload", "run", "wait", "cat", "edit"):
        one = commands.add_parser(verb)
        one.add_argument("-w", "--worksheet-spec")
        if verb in ("upload", "run", "edit"):
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
        else:
            one.add_argument("spec")
    return parser


def made(calls):
    """Names of the bundles that earlier calls have made."""
    for call in calls:
        flags = make_parser().parse_args(call)
        if flags.verb in ("upload", "run"):
            yield flags.name or os.path.basename(flags.path[0])


def needed(flags):
    """Names of the bundles that a call needs; those of others begin with 0x."""
    specs = flags.target_spec if flags.verb == "run" else [getattr(flags, "spec", "")]
    targets = [spec.partition(":")[2] if ":" in spec else spec for spec in specs]
    names = {target.rpartition("//")[2].partition("/")[0] for target in targets}
    return {name for name in names if name and not name.startswith("0x")}


def main(arguments):
    """Exit status, as that of the client: 1 for what is not there, 2 for a wrong flag."""
    flags = make_parser().parse_args(arguments)
    with open(os.environ["CL_LOG"], "a+", encoding="utf-8") as log:
        log.seek(0)
        calls = [json.loads(line) for line in log]
        log.write(json.dumps(arguments) + "\n")
    missing = needed(flags) - set(made(calls))
    failing = os.environ.get("CL_FAIL")
    if missing or (failing and " ".join(arguments).startswith(failing)):
        print(f"NotFoundError: {missing or failing}", file=sys.stderr)
        return 1
    if flags.verb == "upload" and not os.path.exists(flags.path[0]):
        print(f"UsageError: no such path: {flags.path[0]}", file=sys.stderr)
        return 1
    print(SCORE if flags.verb == "cat" else UUID)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
