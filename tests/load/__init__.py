"""Thousands of requests in real browsers; afterwards everything is as it was before."""
