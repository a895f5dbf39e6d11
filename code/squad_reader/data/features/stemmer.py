"""Porter's stemmer of nltk, without the rest of nltk.

`import nltk` loads all that it has, and SciPy where it is installed: up to a second, which a
question in the terminal would wait for. The stemmer needs two small files of it. For Python 2.7
too, which loads all.
"""

import sys
import types
from contextlib import contextmanager

PACKAGES = ("nltk", "nltk.stem")


def porter_stemmer():
    """A new `nltk.stem.porter.PorterStemmer`."""
    if sys.version_info[0] == 2 or "nltk" in sys.modules:
        from nltk.stem.porter import PorterStemmer

        return PorterStemmer()
    with _bare_packages():
        from nltk.stem.porter import PorterStemmer

        return PorterStemmer()


@contextmanager
def _bare_packages():
    """In this block nltk's packages have their folders, and nothing of their own is run."""
    from importlib.util import find_spec

    spec = find_spec("nltk")
    roots = spec.submodule_search_locations if spec else None
    if not roots:
        raise ImportError("expected nltk to be installed, found none")
    for name in PACKAGES:
        package = types.ModuleType(name)
        parts = name.split(".")[1:]
        package.__path__ = ["/".join([root] + parts) for root in roots]
        sys.modules[name] = package
    try:
        yield
    finally:  # so that whoever imports nltk later gets the whole of it
        for name in [name for name in sys.modules if name.split(".")[0] == "nltk"]:
            del sys.modules[name]
