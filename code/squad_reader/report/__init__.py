"""A page about prediction files: how good, how sure, where wrong, and whether B beats A."""
