"""The oracle, and our two faces, under one set of names."""

from __future__ import annotations

from types import SimpleNamespace

import requests
import urllib3

import pyfetch_requests
from pyfetch_requests import sync

ORACLE = SimpleNamespace(
    Request=requests.Request,
    Session=requests.Session,
    Response=requests.Response,
    HTTPAdapter=requests.adapters.HTTPAdapter,
    Retry=urllib3.Retry,
    auth=requests.auth,
    exceptions=requests.exceptions,
)
BLOCKING, ASYNC = (
    SimpleNamespace(
        Request=pyfetch_requests.Request,
        Session=face.Session,
        Response=face.Response,
        HTTPAdapter=face.HTTPAdapter,
        Retry=pyfetch_requests.Retry,
        auth=pyfetch_requests,
        exceptions=pyfetch_requests.exceptions,
    )
    for face in (sync, pyfetch_requests)
)

__all__ = ["ASYNC", "BLOCKING", "ORACLE"]
