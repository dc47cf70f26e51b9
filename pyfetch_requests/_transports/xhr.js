// One exchange with a synchronous XMLHttpRequest: the way to block where stacks cannot be switched.
//
// Evaluates to a function that returns an outcome as fetch.js does. A page may set neither
// `responseType` nor `timeout` on a synchronous request, so there the body comes as text with one
// character for each byte: windows-1252 gives every byte a character of its own, most of them below
// U+0100, which browsers decode several times as fast as x-user-defined. A byte order mark overrides
// any charset: if the number of characters is not that of bytes, a mark was removed, and the bytes
// are restored or reported as lost, never guessed.
// Source: WHATWG Encoding, sections 6 (decode) and 9 (single-byte encodings).
/** @import { Body, Exchange, HeaderPairs, Milliseconds, Outcome, PyBuffer } from "./types" */
() => {
  const inPage = typeof document !== "undefined";
  const isWebKit = navigator.vendor?.startsWith("Apple");
  const TIMING_BUFFER = 250; // entries, the default of Resource Timing
  if (isWebKit) performance.setResourceTimingBufferSize(TIMING_BUFFER);

  // Calls a function, and returns the resource timings of what it requested. An observer gets
  // entries even if the page's buffer is full, but not in WebKit.
  /** @param {() => void} call */
  const timed = (call) => {
    if (isWebKit && performance.getEntriesByType("resource").length >= TIMING_BUFFER - 1) {
      performance.clearResourceTimings();
    }
    const observer = new PerformanceObserver(() => {});
    observer.observe({ type: "resource" });
    try {
      call();
      return /** @type {PerformanceResourceTiming[]} */ (observer.takeRecords());
    } finally {
      observer.disconnect();
    }
  };

  const CHARSET = "windows-1252";
  // A table: TextEncoder writes UTF-8 only.
  const byteOf = new Uint8Array(0x2123); // its highest character is U+2122
  const all = new TextDecoder(CHARSET).decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  for (let byte = 0; byte < 256; byte++) byteOf[all.charCodeAt(byte)] = byte;

  /** @param {string} text */
  const bytesOf = (text) => {
    const bytes = new Uint8Array(text.length);
    for (let index = 0; index < text.length; index++) bytes[index] = byteOf[text.charCodeAt(index)];
    return bytes;
  };

  // A copy of a body: a page may have replaced XMLHttpRequest by a class that reads it later, and
  // Python's memory is another ArrayBuffer once it has grown. A large one is sent faster as a Blob:
  // see fetch.js.
  /** @param {PyBuffer} bytes */
  const copyOf = (bytes) => {
    const view = bytes.getBuffer("u8");
    try {
      return view.data.byteLength >= 1 << 20 ? new Blob([view.data]) : view.data.slice();
    } finally {
      view.release();
    }
  };

  // Returns the finished request, the size of its body in bytes (undefined if it failed) and of its
  // coded form (undefined if unknown), and whether anything was transferred over the network.
  /**
   * @param {string} method
   * @param {string} url
   * @param {HeaderPairs} headers
   * @param {Body} body
   * @param {Milliseconds} timeoutMs
   * @param {boolean} withCredentials
   * @returns {Exchange}
   */
  const send = (method, url, headers, body, timeoutMs, withCredentials) => {
    const xhr = new XMLHttpRequest();
    xhr.open(method, url, false);
    for (const [name, value] of headers) xhr.setRequestHeader(name, value);
    xhr.withCredentials = withCredentials;
    if (inPage) {
      xhr.overrideMimeType(`text/plain; charset=${CHARSET}`);
    } else {
      xhr.responseType = "arraybuffer";
      if (timeoutMs !== undefined) xhr.timeout = timeoutMs;
    }
    /** @type {number | undefined} */
    let loaded;
    xhr.onload = (event) => (loaded = event.loaded);
    const data = body?.getBuffer ? copyOf(body) : (body ?? null);
    const timings = timed(() => xhr.send(data));
    // After a redirect the entry has the name of the URL that was requested. The last one is ours:
    // no other XMLHttpRequest can end while this one blocks the thread.
    const timing =
      timings.findLast((entry) => entry.name === xhr.responseURL) ??
      timings.findLast((entry) => entry.initiatorType === "xmlhttprequest");
    // For a compressed body Firefox reports in `loaded` the bytes of the network; the timing, which
    // is there already, has both numbers.
    const encoded = loaded && timing?.encodedBodySize === loaded;
    const size = encoded ? timing.decodedBodySize : loaded;
    const moved = (timing?.transferSize ?? 0) > 0;
    return { xhr, size, coded: encoded ? loaded : undefined, moved };
  };

  // What has no body by the standard, whatever its Content-Length says: a 304 has that of the page
  // in the cache (RFC 9110, section 8.6).
  /**
   * @param {string} method
   * @param {XMLHttpRequest} xhr
   */
  const mayHaveBody = (method, xhr) => method !== "HEAD" && ![204, 205, 304].includes(xhr.status);

  // WebKit throws nothing if the body breaks off: there is a status, a `load` event, and an empty
  // body. If it should not be empty, the timing tells: of a failure nothing was transferred.
  /**
   * @param {string} method
   * @param {Exchange} exchange
   */
  const isLost = (method, { xhr, size, moved }) =>
    size === 0 &&
    !moved &&
    isWebKit &&
    xhr.responseURL.startsWith("http") &&
    mayHaveBody(method, xhr) &&
    xhr.getResponseHeader("content-length") !== "0";

  /** @param {URL} address */
  const isOwn = (address) => address.origin === (globalThis.origin ?? location.origin);

  // If the URL redirects to another origin that does not allow the header (CORS), the request fails,
  // which looks like any other failure. Without the header it may succeed.
  /**
   * @param {string} method
   * @param {string} url
   * @param {HeaderPairs} headers
   * @param {Body} body
   * @param {Milliseconds} timeoutMs
   * @param {boolean} withCredentials
   * @param {string} cacheControl
   */
  const sendFresh = (method, url, headers, body, timeoutMs, withCredentials, cacheControl) => {
    /** @type {HeaderPairs} */
    const all = [...headers, ["Cache-Control", cacheControl]];
    try {
      const exchange = send(method, url, all, body, timeoutMs, withCredentials);
      if (exchange.xhr.status !== 0) return exchange;
    } catch (error) {
      // Not after a TimeoutError: the limit is one for the whole.
      if (/** @type {Partial<Error>} */ (error)?.name !== "NetworkError") throw error;
    }
    return send(method, url, headers, body, timeoutMs, withCredentials);
  };

  // Chromium takes a head that breaks off for complete, and its body for empty; Firefox takes a short
  // coded body for complete. Called for the own origin only: another one may hide Content-Encoding.
  /**
   * @param {string} method
   * @param {Exchange} exchange
   */
  const isShort = (method, { xhr, size, coded }) => {
    if (!mayHaveBody(method, xhr)) return false;
    const received = xhr.getResponseHeader("content-encoding") === null ? size : coded;
    // One that is not of digits is not heeded, and in a chunked body it means nothing.
    const length = xhr.getResponseHeader("content-length") ?? "";
    const counts = /^\d+$/.test(length) && xhr.getResponseHeader("transfer-encoding") === null;
    return received !== undefined && counts && received < Number(length);
  };

  // Firefox reports no decoded size for an empty compressed body. Otherwise a body without text can
  // only be a byte order mark alone, of two bytes or three.
  /**
   * @param {string} text
   * @param {number | undefined} size
   */
  const isEmpty = (text, size) => text === "" && size !== 2 && size !== 3;

  // Puts U+FEFF back if the body was UTF-8. UTF-16 has two byte orders with the same text; U+FFFD may
  // stand for any bytes that were no UTF-8.
  /**
   * @param {string} text
   * @param {number} size
   */
  const restored = (text, size) => {
    const bytes = new TextEncoder().encode(`\uFEFF${text}`);
    return bytes.length === size && !text.includes("\uFFFD") ? bytes : undefined;
  };

  // The first byte of each byte order mark (UTF-8, UTF-16BE, UTF-16LE), by its second.
  const firstOfMark = new Map([
    [0xbb, 0xef],
    [0xfe, 0xff],
    [0xff, 0xfe],
  ]);
  // Requests everything but the first byte, so that no byte order mark is in the way. Several tries,
  // because the rest may start with a mark again, as in FF FE FF.
  /**
   * @param {number} status
   * @param {number} size
   * @param {string} url
   * @param {HeaderPairs} headers
   * @param {boolean} withCredentials
   * @param {number} tries
   * @returns {Uint8Array | undefined}
   */
  const reread = (status, size, url, headers, withCredentials, tries = 4) => {
    const asked = headers.find(([name]) => name.toLowerCase() === "range")?.[1] ?? "";
    const part = status === 206 ? /^bytes=(\d+)-(\d*)$/.exec(asked) : ["", "0", ""];
    if (part === null || tries === 0) return undefined;
    /** @type {HeaderPairs} */
    const all = [
      ...headers.filter(([name]) => name.toLowerCase() !== "range"),
      ["Range", `bytes=${Number(part[1]) + 1}-${part[2]}`],
    ];
    const { xhr, size: left } = send("GET", url, all, null, undefined, withCredentials);
    const text = xhr.responseText;
    if (xhr.status !== 206 || left !== size - 1) return undefined;
    const rest =
      text.length === left
        ? bytesOf(text)
        : reread(206, left, url, all, withCredentials, tries - 1);
    const first = firstOfMark.get(rest?.[0] ?? 0);
    if (rest === undefined || first === undefined) return undefined;
    const bytes = new Uint8Array(size);
    bytes[0] = first;
    bytes.set(rest, 1);
    return bytes;
  };

  /**
   * @param {string} method
   * @param {string} url
   * @param {string} headerText
   * @param {Body} body
   * @param {Milliseconds} timeoutMs
   * @param {boolean} withCredentials
   * @param {string} cacheControl of a request to the own origin, "" for none
   * @returns {Outcome}
   */
  return (method, url, headerText, body, timeoutMs, withCredentials, cacheControl) => {
    const parts = headerText ? headerText.split("\n") : [];
    /** @type {HeaderPairs} */
    const headers = [];
    for (let index = 0; index < parts.length; index += 2) {
      headers.push([parts[index], parts[index + 1]]);
    }
    let asked, askedOwn, exchange;
    try {
      // URL throws a TypeError, the name of a network error; below it is the SyntaxError of open().
      asked = new URL(url);
      askedOwn = isOwn(asked);
      exchange =
        askedOwn && cacheControl
          ? sendFresh(method, url, headers, body, timeoutMs, withCredentials, cacheControl)
          : send(method, url, headers, body, timeoutMs, withCredentials);
    } catch (error) {
      const { name, message = error, code } = /** @type {Partial<DOMException>} */ (error ?? {});
      const known = !asked || typeof code === "number"; // else a function of the page's own threw it
      const cause = name === "TimeoutError" ? "timeout" : known ? "error" : "page";
      return [1, cause, asked ? String(name) : "SyntaxError", String(message), ""];
    }
    const { xhr, size } = exchange;
    if (xhr.readyState !== 4) {
      xhr.abort();
      return [1, "page", "TypeError", "send() returned before the request was finished", ""];
    }
    if (xhr.status === 0) return [1, "error", "NetworkError", "the request failed", ""];
    asked.hash = ""; // responseURL has no fragment
    const address = xhr.responseURL || asked.href;
    const redirected = address !== asked.href;
    // A redirect between origins makes it a cross-origin answer, whichever of the two is the page's.
    const own = askedOwn && (!redirected || isOwn(new URL(address)));
    if (size === undefined || isLost(method, exchange) || (own && isShort(method, exchange))) {
      return [2, "error", "NetworkError", "the body broke off", ""];
    }
    let content;
    if (!inPage) {
      content = new Uint8Array(xhr.response ?? new ArrayBuffer(0));
    } else if (xhr.responseText.length === size || isEmpty(xhr.responseText, size)) {
      content = bytesOf(xhr.responseText);
    } else {
      content = restored(xhr.responseText, size);
      content ??=
        method === "GET" ? reread(xhr.status, size, url, headers, withCredentials) : undefined;
    }
    // Each field ends with a line break, and has no white space around its value.
    const fields = xhr
      .getAllResponseHeaders()
      .replace(/^([^:\r\n]+):[ \t]*(.*?)[ \t]*(?:\r?\n|$)/gm, "$1:$2\n");
    return [
      0,
      xhr.status,
      xhr.statusText,
      redirected,
      address === url ? "" : address,
      own || !address.startsWith("http") ? "basic" : "cors",
      `\n${fields}`,
      content,
    ];
  };
};
