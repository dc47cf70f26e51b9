"""Calls `install("all")` when a kernel starts: a file for `PYTHONSTARTUP` (docs/install.md)."""

# IPython runs that file as __main__, in the user's namespace: `__import__` leaves no name there.
if __name__ == "__main__":
    __import__("pyfetch_requests").install("all")
