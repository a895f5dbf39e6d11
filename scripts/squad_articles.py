"""Reads a SQuAD file as it stands, for scripts that leave out parts of it."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "code"))

from squad_reader.data.json_file import read_json  # noqa: E402
from squad_reader.data.squad_json import read_squad  # noqa: E402
from squad_reader.errors import InputError  # noqa: E402


def read_articles(path):
    """The content of a file with articles under "data", all of them checked.

    Raises:
        InputError: it is no SQuAD file, or one of another accepted form, such as flat rows.
    """
    read_squad(path)  # says in one line what is wrong with it
    content = read_json(path)
    articles = content.get("data") if isinstance(content, dict) else None
    if articles is None or not all("paragraphs" in article for article in articles):
        raise InputError(f'{path}: expected articles under "data", got another form, as of rows')
    return content
