"""http and https for fsspec: a file system, files, and what an index page holds."""
