"""The parts of `pyfetch_requests.testing`: exchanges, the file they are recorded in, and replay."""
