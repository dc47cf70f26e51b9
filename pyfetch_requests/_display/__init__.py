"""HTML of what a notebook shows: pure functions from values to text, imported when it is shown."""
