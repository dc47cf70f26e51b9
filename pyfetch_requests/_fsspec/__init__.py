"""http and https for fsspec: a file system, open files, and the links of index pages."""
