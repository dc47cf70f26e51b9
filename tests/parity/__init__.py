"""Real requests on CPython is the oracle: the same call through both has to mean the same.

`differences` is the one place that lists what may differ, each with its reason.
"""
