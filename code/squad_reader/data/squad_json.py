"""Reads SQuAD files for the package: contexts, questions and gold answers as they stand there.

First stage of the flow. What is accepted, and what the errors say, is in `squad_format`.
"""

import logging
import os

from squad_reader.data.squad_data import SquadData, problems_to_tell
from squad_reader.data.squad_format import read_squad_file
from squad_reader.runtime import collector_off

log = logging.getLogger(__name__)


def read_squad(path: str | os.PathLike[str]) -> SquadData:
    """Read a SQuAD file.

    Args:
        path: a file of a form that `squad_format` names.

    Returns:
        All of its contexts and questions.

    Raises:
        InputError: the file is broken; the line says where.
    """
    with collector_off():  # the collector would take 30 % of the time
        return read_squad_file(os.fspath(path))


def read_and_tell(path: str | os.PathLike[str]) -> SquadData:
    """`read_squad`, with a warning for the first oddities that were kept."""
    data = read_squad(path)
    for line in problems_to_tell(data):
        log.warning(line)
    return data
