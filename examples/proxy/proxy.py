"""Pass requests on to the servers that are named, and let every page read what they answer."""

import http.client
import http.server
import ipaddress
import sys
import urllib.parse

LOCAL = "--local" in sys.argv  # also to private addresses
ALLOWED = tuple(word for word in sys.argv[1:] if word.startswith("http") and word.endswith("/"))
LARGEST = 10_000_000  # bytes of a body, in either direction
SENT_ON = {"accept", "authorization", "content-type", "if-none-match", "range"}
KEPT = {"content-encoding", "content-range", "content-type", "etag", "last-modified", "location"}
METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"


class Proxy(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        try:
            self.reply(*self.ask(urllib.parse.parse_qs(self.path.partition("?")[2])["url"][0]))
        except PermissionError as error:
            self.reply(403, {"Content-Type": "text/plain"}, str(error).encode())
        except (OSError, http.client.HTTPException, LookupError, ValueError) as error:
            self.reply(502, {"Content-Type": "text/plain"}, repr(error).encode())

    def ask(self, url: str) -> tuple[int, dict[str, str], bytes]:
        parts, length = urllib.parse.urlsplit(url), int(self.headers.get("Content-Length") or 0)
        if not url.startswith(ALLOWED) or ".." in urllib.parse.unquote(url) or length > LARGEST:
            raise PermissionError("This address, or a body of this size, is not allowed.")
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=30)
        connection.connect()  # and then look: a name may lead elsewhere the next time
        if not LOCAL and not ipaddress.ip_address(connection.sock.getpeername()[0]).is_global:
            raise PermissionError("This address is a private one.")
        target = urllib.parse.urlunsplit(("", "", parts.path, parts.query, ""))
        headers = {name: text for name, text in self.headers.items() if name.lower() in SENT_ON}
        connection.request(self.command, target, self.rfile.read(length) or None, headers)
        answer = connection.getresponse()
        content = answer.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise PermissionError("The answer is too large.")
        return answer.status, {k: v for k, v in answer.getheaders() if k.lower() in KEPT}, content

    def do_OPTIONS(self) -> None:
        asked = self.headers.get("Access-Control-Request-Headers", "")
        methods = {"Access-Control-Allow-Methods": METHODS}
        self.reply(204, {"Access-Control-Allow-Headers": asked, **methods}, b"")

    def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        all_may_read = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "*"}
        for pair in {**headers, **all_may_read, "Content-Length": str(len(body))}.items():
            self.send_header(*pair)
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815


if __name__ == "__main__":
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 8765), Proxy)
    print(f"http://127.0.0.1:{server.server_port}/?url={{url}} for {', '.join(ALLOWED)}")
    server.serve_forever()
