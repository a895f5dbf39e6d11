"""The command `evaluate.py` (`squad-evaluate`): scores a file of predictions, prints JSON.

Of SQuAD v1.1 the two numbers of `squad_v1_1` in one line; of v2.0 those of `squad_v2_0` in the form
of its official script. Which of the two, the data file says, or --metric. Last of its flow; needs
the standard library only; for Python 2.7 too.
"""

from __future__ import print_function, unicode_literals

import argparse
import errno
import json
import os
import sys

from squad_reader.errors import InputError, shown
from squad_reader.score.score_files import (
    METRICS,
    expect_every_na_prob,
    golds_of,
    metric_of,
    read_na_probs,
    read_predictions,
    read_scored_file,
    warn,
    warn_of_version,
)
from squad_reader.score.squad_v1_1 import evaluate_golds
from squad_reader.screen import settle


def main(argv=None):
    # type: (list[str] | None) -> int
    """Score one file against the other, print JSON; the exit status of the process."""
    args = _parser().parse_args(argv)
    try:
        return _print_text(_scores(args))
    except InputError as error:
        warn("error: %s" % error)
        return 1
    except KeyboardInterrupt:
        warn("evaluate.py: stopped")
        return 130
    finally:
        settle()


def _parser():
    parser = argparse.ArgumentParser(
        usage="%(prog)s [-h] DATA PREDICTIONS [--metric {v1.1,v2.0}] [--na_prob_file FILE]"
        " [--na_prob_thresh NUMBER]",
        description="Prints the official SQuAD scores, in percent, as JSON.",
        epilog="Files may be gzip compressed. Exit status: 0 scored, 1 a file is broken, 2 usage.",
    )
    parser.add_argument("data", metavar="DATA", help="SQuAD file with the gold answers (JSON)")
    parser.add_argument("predictions", metavar="PREDICTIONS", help="JSON: question id -> answer")
    choice = "v2.0 where the data file says so or has is_impossible, else v1.1"
    parser.add_argument("--metric", choices=METRICS, help="default: %s" % choice)
    text = "v2.0: JSON, question id -> probability that there is no answer"
    parser.add_argument("--na_prob_file", "--na-prob-file", "-n", metavar="FILE", help=text)
    text = "v2.0: above it the answer counts as empty (default 1)"
    names = ("--na_prob_thresh", "--na-prob-thresh", "-t")
    parser.add_argument(*names, metavar="NUMBER", type=float, help=text)
    return parser


def _scores(args):
    """What to print."""
    if args.na_prob_thresh is not None and args.na_prob_file is None:
        raise InputError("--na_prob_thresh: expected --na_prob_file with it, got none")
    if args.na_prob_thresh is not None and args.na_prob_thresh != args.na_prob_thresh:
        raise InputError("--na_prob_thresh: expected a number, got nan")
    data = read_scored_file(args.data)
    metric = metric_of(data, args.metric)
    if metric == "v2.0":
        return _scores_of_version_2(args, data)
    if args.na_prob_file is not None:
        line = "--na_prob_file: expected SQuAD v2.0 (or --metric=v2.0), got %s, scored as v1.1"
        raise InputError(line % data.path)
    warn_of_version(data)
    return json.dumps(evaluate_golds(golds_of(data), read_predictions(args.predictions)))


def _scores_of_version_2(args, data):
    # Imported here, because v1.1 need not wait for it.
    from squad_reader.score.squad_v2_0 import THRESHOLD, evaluate_golds

    questions, predictions = golds_of(data), read_predictions(args.predictions)
    na_probs = None
    if args.na_prob_file is not None:
        na_probs = read_na_probs(args.na_prob_file)
        asked = [name for name, _ in questions if name in predictions]
        expect_every_na_prob(shown(args.na_prob_file), na_probs, asked)
    threshold = THRESHOLD if args.na_prob_thresh is None else args.na_prob_thresh
    scores = evaluate_golds(questions, predictions, na_probs, threshold)
    return json.dumps(scores, indent=2, separators=(",", ": "))  # as the official script


def _print_text(text):
    """The exit status: 0, or 1 where stdout is closed (`| true`) or the disk is full."""
    try:
        if sys.stdout is None:  # in Python 3, where it is closed
            raise IOError(errno.EBADF, os.strerror(errno.EBADF))
        print(text)
        sys.stdout.flush()
    except (IOError, OSError) as error:
        warn("error: the scores cannot be printed: %s" % error.strerror)
        return 1
    return 0
