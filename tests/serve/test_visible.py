"""What counts as empty, beyond spaces."""

import unicodedata

import pytest

from squad_reader.serve.visible import has_visible

# Signs that stand over or around numbers and letters; unlike others of their kind they are drawn.
DRAWN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
DRAWN |= set(range(0x13430, 0x13440))


@pytest.mark.parametrize(
    "text", ["a", "…", "中", "🚲", "\u0301", "0", " \u200b.", "\ufffd", "\ue000"]
)
def test_what_can_be_seen_is_not_empty(text):
    assert has_visible(text)


@pytest.mark.parametrize("text", ["", "\u200b", "\ufeff", "\u3164", "\U000e0041", "\x00", "\u2800"])
def test_what_cannot_be_seen_is_empty(text):
    assert not has_visible(text) and not has_visible(f" {text}\n{text}")


def test_all_spaces_controls_and_marks_of_format_are_empty():
    characters = map(chr, range(0x110000))
    kinds = ("Cc", "Cf", "Zs", "Zl", "Zp")
    unseen = [each for each in characters if each.isspace() or unicodedata.category(each) in kinds]
    assert len(unseen) > 200
    assert [hex(ord(each)) for each in unseen if has_visible(each) != (ord(each) in DRAWN)] == []
