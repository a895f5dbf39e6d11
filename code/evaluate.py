"""Official SQuAD v1.1 scores of a predictions file: `python evaluate.py DATA PREDICTIONS`.

Thin on purpose: it runs uninstalled, from any folder, under Python 2.7 and 3, because Python puts
this script's folder first on sys.path and all that it imports is in the standard library.
"""

import os
import signal
import sys


def stop(*_):
    """Ctrl-C at any moment, also while modules are imported: nothing is half written then."""
    signal.signal(signal.SIGINT, lambda *_: None)  # not SIG_IGN: Python would tell of one between
    os.write(2, b"evaluate.py: stopped\n")
    os._exit(130)


if __name__ == "__main__":
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else it is ignored: nohup
        signal.signal(signal.SIGINT, stop)
    from squad_reader.score.squad_v1_1 import main

    sys.exit(main())
