"""Requests, responses, sessions and their parts, as far as both faces share them.

Decides what is sent, and what a received response means. Never waits, and never reads from the
network: the faces and the flow do.
"""
