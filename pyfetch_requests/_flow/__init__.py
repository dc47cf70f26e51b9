"""The flow: what happens between a prepared request and its response, and in which order."""
