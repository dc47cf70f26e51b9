"""The inventory server: resotocore's real web API over a graph in one file, or in memory.

`python -m inventory` serves the API, a generated multi-cloud inventory and the notebook site.
See docs/inventory.md for what it answers, and what it answers with 501.
"""

import warnings

# a plugin finds its price data by pkg_resources, so setuptools is pinned below 81
warnings.filterwarnings("ignore", "pkg_resources is deprecated")
