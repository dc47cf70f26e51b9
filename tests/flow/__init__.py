"""The flow of a request, on both faces, over a transport made in Python.

Every body is written once: `face` is the async package or the blocking one. The same files run on
CPython and, by `tests/browser/test_flow.py`, inside Pyodide.
"""
