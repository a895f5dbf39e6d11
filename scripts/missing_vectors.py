"""Keeps the questions whose answers GloVe has no vector for: a test of how a reader reads letters.

Usage: python scripts/missing_vectors.py [--json_in_path=data/dev-v1.1.json]
    [--glove_path=data/glove.6B.100d.txt] [--json_out_path=data/dev-missing-v1.1.json]

A question is kept if one of its gold answers has a word, as the tokenizer finds it, that the GloVe
file lacks. Contexts and answers stay as they are, so `official_eval` and `evaluate.py` take the
file like any other.
"""

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "code"))

from squad_articles import read_articles  # noqa: E402  # beside this file

from squad_reader.data.glove import open_vectors  # noqa: E402
from squad_reader.data.tokenizer import tokenize  # noqa: E402
from squad_reader.files import atomic_write  # noqa: E402
from squad_reader.screen import run_command, say  # noqa: E402


def words_of(question):
    """The words of a question's gold answers, as they are looked up."""
    return {token.text for text in answer_texts(question) for token in tokenize(text)}


def answer_texts(question):
    """The gold answers, which a file may have in a list, in columns, as null, or not at all."""
    answers = question.get("answers") or []
    if question.get("is_impossible") is True:
        return []
    return answers["text"] if isinstance(answers, dict) else [each["text"] for each in answers]


def keep_missing(content, lookup):
    """Keep the questions with an answer that has a word without a vector.

    Args:
        content: of a SQuAD file, changed in place.
        lookup: as that of a `VectorSource`.

    Returns:
        How many questions were kept, and how many there were.
    """
    paragraphs = [each for article in content["data"] for each in article["paragraphs"]]
    questions = [question for paragraph in paragraphs for question in paragraph["qas"]]
    words = sorted(set().union(*(words_of(question) for question in questions)))
    have, kept = set(lookup(words)[0]), 0
    for paragraph in paragraphs:
        paragraph["qas"] = [q for q in paragraph["qas"] if words_of(q) - have]
        kept += len(paragraph["qas"])
    for article in content["data"]:
        article["paragraphs"] = [each for each in article["paragraphs"] if each["qas"]]
    content["data"] = [article for article in content["data"] if article["paragraphs"]]
    return kept, len(questions)


def main(argv=None):
    """The exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], allow_abbrev=False)
    data = ROOT / "data"
    parser.add_argument("--json_in_path", default=str(data / "dev-v1.1.json"), help="SQuAD file")
    parser.add_argument("--glove_path", default=str(data / "glove.6B.100d.txt"), help="GloVe file")
    parser.add_argument("--json_out_path", default=str(data / "dev-missing-v1.1.json"))
    flags = parser.parse_args(argv)

    def run():
        content = read_articles(flags.json_in_path)
        kept, whole = keep_missing(content, open_vectors(flags.glove_path).lookup)
        with atomic_write(flags.json_out_path) as file:
            json.dump(content, file, ensure_ascii=False)
        say(f"Wrote {kept:,} of {whole:,} questions to {flags.json_out_path}")
        return 0

    return run_command("missing_vectors.py", run)


if __name__ == "__main__":
    sys.exit(main())
