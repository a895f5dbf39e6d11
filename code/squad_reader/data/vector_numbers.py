"""Numbers of a text file of word vectors, many lines at once."""

import numpy as np

from squad_reader.errors import InputError


def parse_numbers(lines: list[tuple[int, bytes]], size: int, path: str) -> np.ndarray:
    """The vectors that stand in some lines.

    Args:
        lines: number of each line, from 1; its numbers, as they are in the file.
        size: numbers that each must have (D).
        path: of the file, for the message.

    Returns:
        float32, (len(lines), D).

    Raises:
        InputError: a line has another number of numbers, or one that is not finite or no number.
    """
    plain = np.array([b"e" not in text for _, text in lines])  # 1e-05 is for the slow way
    numbers = np.empty((len(lines), size), dtype=np.float32)
    fast = _plain_numbers(
        [text for (_, text), is_plain in zip(lines, plain, strict=True) if is_plain], size
    )
    if fast is None:
        plain[:] = False
    else:
        numbers[plain] = fast
    for i in np.flatnonzero(~plain):
        numbers[i] = _numbers(lines[i][1].split(), size, f"{path}: line {lines[i][0]}")
    return numbers


def _plain_numbers(texts: list[bytes], size: int) -> np.ndarray | None:
    """Many lines of numbers like -0.25 at once; None if any is written in another way.

    The digits are read as whole numbers, and divided by a power of ten. Both are exact in float64,
    so the result is the one that parsing gives, in a fifth of the time.
    """
    if not texts:
        return None
    text = b" ".join(texts) + b" "
    raw = np.frombuffer(text, dtype=np.uint8)
    ends = np.flatnonzero(raw == ord(" "))
    starts = np.append(0, ends[:-1] + 1)
    points = np.append(-1, np.flatnonzero(raw == ord(".")))
    last_points = points[np.searchsorted(points, ends) - 1]
    has_point = last_points >= starts
    plain = (
        not text.translate(None, b"0123456789.- ")
        and len(ends) == len(texts) * size
        and np.all((ends > starts) & (ends - starts <= 16) & (raw[ends - 1] >= ord("0")))
        and np.count_nonzero(has_point) == len(points) - 1
        and np.count_nonzero(raw == ord("-")) == np.count_nonzero(raw[starts] == ord("-"))
    )
    if not plain:
        return None
    digits = np.fromstring(text.translate(None, b"."), dtype=np.int64, sep=" ")
    decimals = np.where(has_point, ends - last_points - 1, 0)
    return (digits / 10.0**decimals).astype(np.float32).reshape(-1, size)


def _numbers(parts: list[bytes], size: int, where: str) -> np.ndarray:
    try:
        if len(parts) != size:
            got = f"{len(parts)} numbers"
        else:
            with np.errstate(over="ignore"):  # 1e39 is infinite in float32
                numbers = np.array(parts, dtype=np.float32)
            if np.all(np.isfinite(numbers)):
                return numbers
            got = "one that is not finite"
    except ValueError:
        got = "something else"
    raise InputError(f"--glove_path {where}: expected {size} numbers, got {got}")
