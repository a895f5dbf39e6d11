"""What lower case loses: by hand."""

import numpy as np
import pytest

from squad_reader.data.features.kinds import Kinds
from squad_reader.data.preprocess import preprocess
from squad_reader.data.squad_data import Example, SquadData


@pytest.mark.parametrize(
    "source, kinds",
    [
        ("zorn", [0, 0, 0, 0]),
        ("Zorn", [1, 0, 0, 0]),
        ("NATO", [1, 1, 0, 0]),
        ("I", [1, 0, 0, 0]),
        ("1,066", [0, 0, 1, 0]),
        ("B2B", [1, 1, 1, 0]),
        ("—", [0, 0, 0, 1]),
        ("中", [0, 0, 0, 0]),
        ("²", [0, 0, 1, 0]),
        ("Élan", [1, 0, 0, 0]),
        ("ΣΊΣΥΦΟΣ", [1, 1, 0, 0]),
        ("Ⲭⲏⲙⲓ", [0, 0, 0, 1]),  # in Unicode since 4.1
        ("\U0001d400", [0, 0, 0, 1]),  # a mathematical A, beyond U+FFFF
    ],
)
def test_the_kinds_of_a_token(source, kinds):
    data = preprocess(SquadData("", [""], [source], [Example("q", 0, "", None)], []))
    found = Kinds().encode(data.contexts)
    assert found.tolist() == [kinds] and found.dtype == np.float32
