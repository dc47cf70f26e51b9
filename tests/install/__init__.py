"""The package, installed from the wheelhouse the ways a user does it."""
