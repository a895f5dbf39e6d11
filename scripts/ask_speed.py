"""How fast a reader answers without TensorFlow: parts of `scripts/benchmark --only ask`.

Each function runs in a process of its own; the package is on the path.
"""

import itertools
import statistics
import time

LONG = 1_000_000  # bytes of a text of many pages
TOKENS = 150  # of the context that is asked about
TIMES = 200  # questions on it

TEXT = "The lighthouse was finished in 1874. Agnes Doyle lit its lamp for 41 winters."
FIRST = ["ask", "Who lit the lamp?", f"--text={TEXT}"]  # a process that answers one question


def load(folder, glove_path):
    """The reader of a checkpoint, as `ask` and `serve` have it."""
    from squad_reader.predict.reader import Reader

    return Reader.load(folder, glove_path, runtime="onnx")


def write_long_text(path, dev_path):
    """Write a text of `LONG` bytes: the contexts of a SQuAD file, from the first on again where it
    has less. Gives a question about one of them, from the middle of the file."""
    from squad_reader.data.squad_json import read_squad

    data = read_squad(dev_path)
    size, parts = 0, []
    for context in itertools.cycle(data.contexts):
        if size >= LONG:
            break
        parts.append(context.encode() + b"\n\n")
        size += len(parts[-1])
    whole = b"".join(parts)[:LONG]
    path.write_text(whole.decode("utf-8", "ignore"), encoding="utf-8")  # a letter may be cut
    return data.examples[len(data.examples) // 2].question


def part_ask_more(folder, glove_path, dev_path):
    """Milliseconds of one more question on a text of `TOKENS` tokens: the median."""
    from squad_reader.data.preprocess import preprocess
    from squad_reader.data.squad_json import read_squad
    from squad_reader.serve.text_reader import TextReader

    reader, data = load(folder, glove_path), read_squad(dev_path)
    offsets = preprocess(data).context_offsets
    lengths = (offsets[1:] - offsets[:-1]).tolist()
    chosen = min(range(len(lengths)), key=lambda i: abs(lengths[i] - TOKENS))
    questions = [each.question for each in data.examples]
    text, taken = TextReader(reader, data.contexts[chosen]), []
    for question in questions[: TIMES + 1]:
        begin = time.perf_counter()
        text.ask(question)
        taken.append(time.perf_counter() - begin)
    return {"milliseconds": 1000 * statistics.median(taken[1:]), "tokens": lengths[chosen]}


def part_ask_all(folder, glove_path, dev_path):
    """Seconds to answer all questions of a file, loading the reader and the file included."""
    from squad_reader.data.preprocess import preprocess
    from squad_reader.data.squad_json import read_squad

    begin = time.perf_counter()
    reader, data = load(folder, glove_path), preprocess(read_squad(dev_path))
    reader.spans(data)
    return {"seconds": time.perf_counter() - begin, "questions": len(data.start_pos)}
