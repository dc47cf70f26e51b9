"""Libraries that are built on requests, unchanged, on pyfetch_requests in real browsers."""
