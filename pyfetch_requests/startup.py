"""Installs everything as a kernel starts: the file that `PYTHONSTARTUP` names (docs/install.md)."""

if __name__ == "__main__":
    __import__("pyfetch_requests").install("all")
