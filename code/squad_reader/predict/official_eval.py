"""Mode official_eval: SQuAD JSON in, `predictions.json` out, one answer for each question id.

Takes the place of the 2018 code's `official_eval_helper.py`. What that wrote was put together from
lower-cased tokens, and it stopped at the first empty question; here an answer is a slice of its
context, and every id of the input is in the output, in the order of the input.
"""

import json

from squad_reader.config import Config
from squad_reader.data.preprocess import read_data
from squad_reader.data.squad_data import SquadData
from squad_reader.data.tokenized import TokenizedData
from squad_reader.errors import InputError
from squad_reader.files import atomic_write
from squad_reader.predict.answers import Progress, Spans, answer_all, make_answer, texts_by_id
from squad_reader.predict.reader import reader_of


def official_eval(config: Config, progress: Progress | None = None) -> int:
    """Answer all questions of `config.json_in_path` with the checkpoint `config.ckpt_load_dir`.

    Args:
        config: `json_in_path`, `ckpt_load_dir`, `glove_path`, `json_out_path` and, for n-best
            lists, `nbest_out_path`.
        progress: wraps the batches, to show how far it is.

    Returns:
        How many questions were answered.

    Raises:
        InputError: a file is missing, broken, or does not fit; nothing is then written.
    """
    data, tokenized = read_data(config.json_in_path, config.cache_dir or None)
    num_best = config.num_best if config.nbest_out_path else 0
    spans = reader_of(config).spans(tokenized, num_best, progress)
    write_predictions(config.json_out_path, data, tokenized, spans)
    if config.nbest_out_path:
        try:
            write_n_best(config.nbest_out_path, data, tokenized, spans)
        except InputError as error:
            raise InputError(f"{error}; the answers are in {config.json_out_path}") from error
    return len(data.examples)


def write_predictions(path: str, data: SquadData, tokenized: TokenizedData, spans: Spans) -> None:
    """Write question id -> answer text, as `evaluate.py` reads it."""
    _write_json(path, texts_by_id(data, answer_all(data, tokenized, spans)))


def write_n_best(path: str, data: SquadData, tokenized: TokenizedData, spans: Spans) -> None:
    """Write question id -> list of {text, char_start, char_end, probability}, best first."""
    lists = {
        example.id: [make_answer(data, tokenized, i, *span)._asdict() for span in spans.n_best[i]]
        for i, example in enumerate(data.examples)
    }
    _write_json(path, lists)


def _write_json(path: str, content: object) -> None:
    # Half of a surrogate pair in a broken context becomes \udxxx: what JSON writes for it.
    with atomic_write(path, errors="backslashreplace") as file:
        json.dump(content, file, ensure_ascii=False)
