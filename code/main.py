"""Command line of squad_reader: train, answer, ask and more (see --help).

It holds little, so that Python 2.7 can read it too. It runs uninstalled, from any folder, and as
an uploaded CodaLab bundle, because Python puts this script's folder first on sys.path.
Under Python 2, as in the image abisee/cs224n-dfp:v4, it hands over to `v4`.
"""

import sys

if sys.version_info[0] == 3 and sys.version_info < (3, 10):
    sys.exit("main.py: error: expected Python 3.10 or newer, got %s" % sys.version.split()[0])
else:
    from squad_reader.command import main

if __name__ == "__main__":
    sys.exit(main())
