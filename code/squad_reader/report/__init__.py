"""A page about prediction files: how good, how sure, where wrong, and whether B beats A.

Made with NumPy alone: SciPy, Matplotlib and Jinja would each be loaded or installed for a few lines
(`score.bootstrap`, `figures`, `markup`), and the reader that answers without TensorFlow is to
report without an extra too. SciPy checks the statistics in the tests.
"""
