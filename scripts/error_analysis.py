"""Where a reader is wrong: tables by kind of question, and a sample of wrong answers to read.

Usage: python scripts/error_analysis.py DATA NBEST [--show=100] [--seed=42]

DATA is a SQuAD file with gold answers; NBEST is what `--mode=official_eval --nbest_out_path=NBEST`
wrote for it: its first answer to a question is the prediction. F1 and EM are the official ones, in
percent. With --show that many wrong answers (EM 0) are drawn and printed, to be sorted by hand.
"""

import argparse
import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "code"))

from squad_reader.data.json_file import read_json  # noqa: E402
from squad_reader.data.squad_json import read_squad  # noqa: E402
from squad_reader.errors import InputError  # noqa: E402
from squad_reader.report.kinds import question_word  # noqa: E402
from squad_reader.score.squad_v1_1 import best_scores  # noqa: E402
from squad_reader.screen import run_command, say  # noqa: E402

BY_N = (1, 2, 3, 5, 10)


def bin_of(number, edges):
    """The bin of a number as a text: "up to 2", "3 to 5", "over 5" for the edges 2, 5."""
    low = 0
    for edge in edges:
        if number <= edge:
            return f"{low + 1} to {edge}" if low else f"up to {edge}"
        low = edge
    return f"over {low}"


def groups_of(data, example):
    """Table -> group of one question."""
    length = len(example.answers[0].text.split())
    return {
        "question word": question_word(example.question),
        "words of the answer": bin_of(length, (1, 2, 3, 5, 10)),
        "words of the context": bin_of(
            len(data.contexts[example.context_index].split()), (75, 100, 150, 200)
        ),
    }


def tables(data, scores):
    """Rows of group, questions, F1 and EM for each table, groups with most questions first.

    Args:
        data: a `SquadData` with gold answers.
        scores: (EM, F1) of each question, each in [0, 1].
    """
    found = {}
    for example, score in zip(data.examples, scores, strict=True):
        for table, group in groups_of(data, example).items():
            found.setdefault(table, {}).setdefault(group, []).append(score)
    return {
        table: [
            (group, len(each), *(100 * sum(part) / len(each) for part in zip(*each, strict=True)))
            for group, each in sorted(groups.items(), key=lambda item: -len(item[1]))
        ]
        for table, groups in found.items()
    }


def best_of(n, scores):
    """EM and F1 of one question where the best of its first n answers counts, each on its own."""
    return tuple(max(part) for part in zip(*scores[:n], strict=True))


def excerpt(context, start, end, width=160):
    """What is around a place of the context, the place in brackets, on one line."""
    before, after = context[max(0, start - width) : start], context[end : end + width]
    return " ".join(f"{before}[[{context[start:end]}]]{after}".split())


def show(data, lists, scores, number, seed):
    """Print a sample of the questions with EM 0: gold answers, the first five answers, places."""
    wrong = [i for i, (exact, _) in enumerate(scores) if not exact]
    for i in sorted(random.Random(seed).sample(wrong, min(number, len(wrong)))):
        example = data.examples[i]
        context, gold = data.contexts[example.context_index], example.answers[0].text
        answers, start = lists[example.id], max(example.answers[0].char_start, 0)
        say(f"\n{data.titles[example.context_index]}, {example.id}: F1 {100 * scores[i][1]:.0f}")
        say(f"  question: {example.question}")
        say(f"  gold:     {' | '.join(sorted({each.text for each in example.answers}))}")
        best = (f"{each['text']} ({each['probability']:.2f})" for each in answers[:5])
        say(f"  answers:  {' | '.join(best)}")
        say(f"  gold in:  {excerpt(context, start, start + len(gold))}")
        say(f"  found in: {excerpt(context, answers[0]['char_start'], answers[0]['char_end'])}")


def read(flags):
    """The data, and question id -> answers, the best first."""
    data, lists = read_squad(flags.data), read_json(flags.nbest)
    for example in data.examples:
        if not example.answers:
            raise InputError(f"{flags.data}: expected gold answers, got none for {example.id}")
        if not isinstance(lists, dict) or not lists.get(example.id):
            raise InputError(f"{flags.nbest}: expected answers to {example.id}, got none")
    return data, lists


def main(argv=None):
    """Print the tables; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], allow_abbrev=False)
    parser.add_argument("data", metavar="DATA", help="SQuAD file with gold answers")
    parser.add_argument("nbest", metavar="NBEST", help="n-best lists of official_eval for it")
    parser.add_argument("--show", type=int, default=0, help="how many wrong answers to print")
    parser.add_argument("--seed", type=int, default=42, help="which wrong answers are drawn")
    flags = parser.parse_args(argv)

    def run():
        data, lists = read(flags)
        golds = [[gold.text for gold in example.answers] for example in data.examples]
        scored = [
            [best_scores(answer["text"], gold) for answer in lists[each.id][: BY_N[-1]]]
            for gold, each in zip(golds, data.examples, strict=True)
        ]
        scores = [each[0] for each in scored]
        for table, rows in tables(data, scores).items():
            say(f"\n| {table} | questions | F1 | EM |\n|---|---|---|---|")
            for group, number, exact, f1 in rows:
                say(f"| {group} | {number:,} | {f1:.1f} | {exact:.1f} |")
        say("\n| best of | F1 | EM |\n|---|---|---|")
        for n in BY_N:
            found = [best_of(n, each) for each in scored]
            exact, f1 = (100 * sum(part) / len(found) for part in zip(*found, strict=True))
            say(f"| {n} | {f1:.2f} | {exact:.2f} |")
        show(data, lists, scores, flags.show, flags.seed)
        return 0

    return run_command("error_analysis.py", run)


if __name__ == "__main__":
    sys.exit(main())
