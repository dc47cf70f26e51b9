"""Python for interpreters that a test starts by itself, in a frame or worker of its own."""

from __future__ import annotations

# Requests each of URLS on both faces. `found` is what became of them: of a response its status, URL
# and type, of an exception its module, name and message.
ASK_EACH = """
import inspect
import json
import pyfetch_requests
from pyfetch_requests import sync

async def told(client, url):
    try:
        response = client.get(url)
        response = await response if inspect.isawaitable(response) else response
    except Exception as error:
        return [type(error).__module__, type(error).__name__, str(error)]
    return [response.status_code, response.url, response.type]

found = {
    name + suffix: await told(client, url)
    for name, url in URLS.items()
    for suffix, client in (("", pyfetch_requests), (" blocking", sync))
}
"""
