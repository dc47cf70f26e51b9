"""requests' own tests, unchanged, over this package in its place."""
