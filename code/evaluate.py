"""Official SQuAD v1.1 scores of a predictions file: `python evaluate.py DATA PREDICTIONS`.

Thin on purpose: it runs uninstalled, from any folder, under Python 2.7 and 3, because Python puts
this script's folder first on sys.path and all that it imports is in the standard library.
"""

import sys

from squad_reader.score.squad_v1_1 import main

if __name__ == "__main__":
    sys.exit(main())
