"""Request, PreparedRequest and Response."""

from __future__ import annotations

from collections.abc import Iterable

from ..._nouns import body
from ..._text import params
from ..reexport import reexport

CONTENT_CHUNK_SIZE = 10 * 1024
ITER_CHUNK_SIZE = 512

__getattr__, __dir__ = reexport(
    __name__,
    {
        "": "complexjson=json cookielib=http.cookiejar",
        "..._nouns.request": """
            PreparedRequest Request RequestHooksMixin=HooksMixin default_hooks
            """,
        "...sync": "Response HTTPBasicAuth codes",
        "..._wire": "REDIRECT_STATI=REDIRECTS",
        "..._nouns.session": "DEFAULT_REDIRECT_LIMIT",
        "..._text.structures": "CaseInsensitiveDict",
        "...exceptions": """
            ChunkedEncodingError ConnectionError ContentDecodingError HTTPError InvalidJSONError
            InvalidURL MissingSchema StreamConsumedError
            RequestsJSONDecodeError=JSONDecodeError RequestsSSLError=SSLError
            """,
        "collections.abc": "Callable Generator Iterable Iterator Mapping",
        "io": "UnsupportedOperation",
        ".compat": """
            JSONDecodeError basestring builtin_str chardet urlencode urlsplit urlunparse
            """,
        ".cookies": "_copy_cookie_jar cookiejar_from_dict get_cookie_header",
        ".utils": """
            check_header_validity get_auth_from_url guess_filename guess_json_utf iter_slices
            parse_header_links requote_uri stream_decode_response_unicode super_len
            to_key_val_list to_native_string unicode_is_ascii
            """,
        "urllib3.exceptions": """
            DecodeError LocationParseError ProtocolError ReadTimeoutError SSLError
            """,
        "urllib3.fields": "RequestField",
        "urllib3.filepost": "encode_multipart_formdata",
        "urllib3.util": "parse_url",
    },
)


# A class of its own here. In requests PreparedRequest inherits it; code calls it by itself.
class RequestEncodingMixin:
    """The encoding of parameters and files, for code that calls it by these names."""

    @staticmethod
    def _encode_params(data: object) -> object:
        if isinstance(data, bytes) or not isinstance(data, Iterable):
            return data
        return params.encode_params(data)

    @staticmethod
    def _encode_files(files: object, data: object) -> tuple[bytes, str]:
        if not files:
            raise ValueError("Files must be provided.")
        return body.prepare_files(data, files)
