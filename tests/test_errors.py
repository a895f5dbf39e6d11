"""What an error's text promises: one line, whatever text of a file it quotes."""

import pytest

from squad_reader.errors import InputError, one_line


@pytest.mark.parametrize(
    "text, line",
    [
        ("a\nb\r\n\tc", r"a\nb\r\n\tc"),
        ("\x1b[31mred\x07\x7f\x85", r"\x1b[31mred\x07\x7f\x85"),
        ("\u2028 \u2029 \u202e \u2066", r"\u2028 \u2029 \u202e \u2066"),
        ("half \ud83d", r"half \ud83d"),
        ("é “北京” 🐝 \u200d \\n", "é “北京” 🐝 \u200d \\n"),
    ],
)
def test_an_error_is_one_line_without_control_characters(text, line):
    assert str(InputError(text)) == one_line(text) == line


def test_a_message_of_bytes_as_python_2_has_them_is_text():
    assert one_line("é\n".encode()) == "é\\n"
