"""URLs, picked by hand."""

from __future__ import annotations

from .cases import Case, Make, table

PLAIN = r"""
http://host.example
http://host.example/
http://HOST.Example/Path
HTTP://host.example/
hTTps://host.example/
http://host.example?
http://host.example#
http://host.example?#
http://host.example?q=1
http://host.example#fragment
http://host.example/path?q=1#fragment
http://host.example/path;parameter?q=1
http://host.example/a/./b/../c
http://host.example/../../a
http://host.example/a/..
http://host.example/a/.
http://host.example/.
http://host.example/..
http://host.example/a//b///c
http://host.example//a
http://host.example/./a
http://host.example/.a/..b/c..
http://host.example/a/%2e%2e/b
http://host.example/%2E/b
http://host.example/%7euser
http://host.example/%41%42
http://host.example/%2f
http://host.example/%2F%3f
http://host.example/100%
http://host.example/100%25
http://host.example/%zz
http://host.example/%e2%82%ac
http://host.example/%E2%82%AC%
http://host.example/a%
http://host.example/%4
http://host.example/%20%zz
http://host.example/%ü
http://host.example/a+b
http://host.example/é
http://host.example/日本語?q=日本語#日本語
http://host.example/😀
http://host.example/[brackets]
http://host.example/{braces}|pipe^caret`tick
http://host.example/<angle>"quote"
http://host.example/back\slash
http://host.example/a:b@c!$&'()*+,;=d
http://host.example/~tilde-_.
http://host.example?a=b&a=c&&
http://host.example?a=%20+%2B
http://host.example?a=b?c/d:e@f
http://host.example?[]={}|\^`
http://host.example?é=ü
http://host.example?%
http://host.example?100%&x=%41
http://host.example/#a#b
http://host.example/#é?x
http://host.example/#%zz
http://host.example/?q#a b
http://host.example:80/
http://host.example:8080/
http://host.example:/
http://host.example:0/
http://host.example:0080/
http://host.example:00000080/
http://host.example:65535/
http://host.example:65536/
http://host.example:99999/
http://host.example:123456/
http://host.example:port/
http://host.example:-1/
http://host.example:80:80/
https://host.example:443/
http://user:password@host.example/
http://user@host.example/
http://user:@host.example/
http://:password@host.example/
http://:@host.example/
http://@host.example/
http://us%40er:pass%3Aword@host.example/
http://us%zzer:pass@host.example/
http://user:pa:ss@host.example/
http://us er:pa ss@host.example/
http://a@b@host.example/
http://user:p%C3%A9@host.example/
http://user:pé@host.example/
http://user:p%E2%82%AC@host.example/
http://127.0.0.1/
http://127.0.0.1:8000/
http://127.1/
http://0x7f.0.0.1/
http://256.256.256.256/
http://[::1]/
http://[::1]:8080/
http://[FE80::1]/
http://[fe80::1%25eth0]/
http://[fe80::1%eth0]/
http://[::ffff:127.0.0.1]/
http://[1:2:3:4:5:6:7:8]/
http://[1::2::3]/
http://[::12345]/
http://[v1.x]/
http://[]/
http://[::1
http://::1]/
http://[::1]x/
http://localhost/
http://localhost:8000
http://host.example./
http://host..example/
http://.host.example/
http://*.host.example/
http://*/
http://-host.example/
http://ho_st.example/
http://ho%41st.example/
http://ho%2fst.example/
http://ho%00st.example/
http://ho%20st.example/
http://%/
http://ho%st.example/
http://ho st.example/
http://host.example\path
http://host!$&'()*+,;=.example/
http://host<>.example/
http://"host".example/
http://bücher.example/
http://BÜCHER.example/
http://straße.example/
http://faß.example/ß
http://ὀδός.example/
http://пример.example/
http://مثال.example/
http://דוגמה.example/
http://例え.example/
http://例え。example/
http://ドメイン・名.example/
http://한국.example/
http://ไทย.example/
http://हिन्दी.example/
http://xn--bcher-kva.example/
http://XN--BCHER-KVA.example/
http://bücher.ho_st.example/
http://①.example/
http://💩.example/
http://l·l.example/
http://a·b.example/
http://-ü.example/
http://ü-.example/
http://aü--b.example/
http://.ü.example/
http://*.ü.example/
http://aא.example/
http://אa.example/
http://ü%41.example/
http://user:pw@bücher.example:80/ä?ö#ü
http:///
http://
http:/host.example/
http:host.example
http:
https:
https://
httpx://host.example/a b
http+unix://%2Fvar%2Frun/x
https+git://host.example/A
HTTPS+X://host.example/
host.example
host.example/path
host.example:80/path
localhost:8000
127.0.0.1:8000/x
//host.example/path
/path
./path
../path
path
?q=1
#fragment
:
:80
://host.example
ftp://host.example/a b
mailto:user@host.example
data:text/plain,a b
file:///etc/hosts
about:blank
javascript:alert(1)
1http://host.example
http//host.example
""".strip("\n").split("\n")
SPACED = [
    "",
    " ",
    "  http://host.example/ ",
    "\thttp://host.example/\t",
    "\nhttp://host.example/\n",
    "http://host.example/a b",
    "http://host.example/a\tb",
    "http://host.example/a\nb",
    "http://host.example/a\r\nb",
    "http://host.example/a\x00b",
    "http://host.example/a\x7fb",
    "http://host.example/a\x80b",
    "http://host.example/a\u00a0b",
    "http://host.example/?a b\nc",
    "http://host.example/#a b\nc",
    "http://ho\nst.example/",
    "http://host.example:\uff18\uff10/",
    "http://\uff21.example/",
    "http://\u212a.example/",
    "http://ho\u00a0st.example/",
    "http://ho\u200dst.example/",
    "http://u\u0308.example/",
    "http://" + "a" * 64 + ".example/",
    "http://" + "ü" * 64 + ".example/",
    "http://" + "ü." * 130 + "example/",
    "http://host.example/" + "a" * 3000,
    "\ufeffhttp://host.example/",
    "http://host.example/\ud800",
]


class Url:
    """Anything with a text is a URL."""

    def __str__(self) -> str:
        return "http://host.example/object"


OTHERS = [
    b"http://host.example/bytes",
    "http://host.example/é".encode(),
    b"http://host.example/\xff",
    b"",
    None,
    0,
    Make("an object", lambda library: Url()),
]
URLS: list[Case] = table("url", "url", [*PLAIN, *SPACED, *OTHERS], method="GET")
