"""HTML for notebooks: pure functions from values to text, imported when something is shown."""
