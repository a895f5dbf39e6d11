"""Official SQuAD scores of a predictions file: `python evaluate.py DATA PREDICTIONS`.

It holds little, so that it runs uninstalled, from any folder, under Python 2.7 and 3: Python puts
this script's folder first on sys.path, and all that it imports is in the standard library.
"""

import os
import signal
import sys


def stop(*_):
    """What Ctrl-C does, also while modules are imported: this command writes no files."""
    signal.signal(signal.SIGINT, lambda *_: None)  # with SIG_IGN Python may print a line
    os.write(2, b"evaluate.py: stopped\n")
    os._exit(130)


if __name__ == "__main__":
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # nohup ignores it
        signal.signal(signal.SIGINT, stop)
    from squad_reader.score.evaluation import main

    sys.exit(main())
