"""What `pyfetch_requests.testing` is made of: exchanges in a file, that are given again."""
