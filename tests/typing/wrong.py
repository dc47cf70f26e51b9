"""A user's mistakes, for type checkers: each marked line is to be refused."""

from pyfetch_requests import sync

sync.get("https://api.example/", timeout="3")  # wrong
sync.get("https://api.example/", credentials="always")  # wrong
sync.get("https://api.example/", mode="navigate")  # wrong
sync.get("https://api.example/", param={"a": "b"})  # wrong
sync.get("https://api.example/", auth=5)  # wrong
sync.get(5)  # wrong
sync.post("https://api.example/", data=5)  # wrong
sync.Session().auth = 5  # wrong
sync.Session().headers = None  # wrong
sync.get("https://api.example/").status_code.lower()  # wrong
sync.get("https://api.example/").iter_lines(decode_unicode=True).__next__().decode()  # wrong
