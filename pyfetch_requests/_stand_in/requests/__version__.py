"""The version of requests that this package stands in for."""

from __future__ import annotations

from ..reexport import VERSION

__title__ = "requests"
__description__ = "pyfetch_requests in the place of requests."
__url__ = ""
__version__ = VERSION
__build__ = 0x023402
__author__ = ""
__author_email__ = ""
__license__ = "MIT"
__copyright__ = ""
__cake__ = "\u2728 \U0001f370 \u2728"
