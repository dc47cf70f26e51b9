"""From a prepared request to its response: the order of things."""
