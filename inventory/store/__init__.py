"""The embedded database: resotocore's graphs and entities in one SQLite file."""
