"""The one error that bad input raises, in every stage."""


class InputError(ValueError):
    """Input from outside is not what was expected.

    Its text is one line that says what was expected, what came, and in which file, flag or
    question; the command line prints it without a traceback and exits with a non-zero status.
    """
