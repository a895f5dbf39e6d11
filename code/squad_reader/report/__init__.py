"""Stage 6: a page about prediction files: how good, how sure, where wrong, and whether B beats A.

Needs the extra `report`: SciPy, Matplotlib and Jinja2, which no other stage needs.
"""
