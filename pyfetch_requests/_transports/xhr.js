// One exchange by a synchronous XMLHttpRequest: the way to block where stacks cannot be switched.
//
// Evaluates to a function that returns an outcome as fetch.js does. A page may set neither
// `responseType` nor `timeout` on a synchronous request, so there the body comes as text that
// holds one character for each byte: windows-1252 gives every byte a character of its own, and to
// most of them one below U+0100, which browsers decode several times as fast as x-user-defined.
// Source: WHATWG Encoding, section 9 (single-byte encodings). A byte order mark overrides any
// charset. Where the number of characters is not the number of bytes, a mark was taken off, and
// the bytes are restored, or reported as lost: never guessed.
/** @import { Body, Exchange, HeaderPairs, Milliseconds, Outcome } from "./types" */
() => {
  const inPage = typeof document !== "undefined";
  const isWebKit = navigator.vendor?.startsWith("Apple");
  const ROOM = 250;
  if (isWebKit) performance.setResourceTimingBufferSize(ROOM);

  // Calls a function, and returns the timings of what it requested. An observer gets them even
  // when the buffer of the page is full, but not in WebKit: there room has to be made.
  /** @param {() => void} call */
  const timed = (call) => {
    if (isWebKit && performance.getEntriesByType("resource").length >= ROOM - 1) {
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
  const byteOf = new Uint8Array(0x2123); // its highest character is U+2122
  const all = new TextDecoder(CHARSET).decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  for (let byte = 0; byte < 256; byte++) byteOf[all.charCodeAt(byte)] = byte;

  /** @param {string} text */
  const bytesOf = (text) => {
    const bytes = new Uint8Array(text.length);
    for (let index = 0; index < text.length; index++) bytes[index] = byteOf[text.charCodeAt(index)];
    return bytes;
  };

  // Returns the request when it is over, the number of bytes of its body (undefined where it did
  // not end well) and of its coded form (undefined where it is not known), and whether anything
  // was moved over the network for it.
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
    // A copy: a page may have put a class of its own in the place of XMLHttpRequest, which looks
    // at the body later, and Python's memory moves when it grows.
    const view = body?.getBuffer?.("u8");
    const data = view ? view.data.slice() : /** @type {Blob | string | null} */ (body ?? null);
    view?.release();
    const timings = timed(() => xhr.send(data));
    // After a redirect a timing has the name of what was asked for. No other request of this kind
    // can end while this one holds the thread.
    const timing =
      timings.findLast((entry) => entry.name === xhr.responseURL) ??
      timings.findLast((entry) => entry.initiatorType === "xmlhttprequest");
    // Of a compressed body Firefox counts in `loaded` what came over the network; the timing has
    // both numbers, and has them already.
    const encoded = loaded && timing?.encodedBodySize === loaded;
    const size = encoded ? timing.decodedBodySize : loaded;
    const moved = (timing?.transferSize ?? 0) > 0;
    return { xhr, size, coded: encoded ? loaded : undefined, moved };
  };

  // WebKit throws nothing when the body breaks off: there is the status, a `load` event, and an
  // empty body. Where it ought not to be empty the timing tells: a failure moved nothing.
  /**
   * @param {string} method
   * @param {Exchange} exchange
   */
  const isLost = (method, { xhr, size, moved }) =>
    size === 0 &&
    !moved &&
    isWebKit &&
    xhr.responseURL.startsWith("http") &&
    method !== "HEAD" &&
    ![204, 205, 304].includes(xhr.status) &&
    xhr.getResponseHeader("content-length") !== "0";

  /** @param {string} url */
  const isOwn = (url) => new URL(url).origin === (globalThis.origin ?? location.origin);

  // Where the address redirects to another origin, which does not allow the header, the request
  // fails for it; without it, it is the one that there always was.
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
      if (/** @type {Partial<Error>} */ (error)?.name !== "NetworkError") throw error;
    }
    return send(method, url, headers, body, timeoutMs, withCredentials);
  };

  // Chromium takes a head that breaks off for whole, and its body for empty; Firefox a coded body.
  // Only where the page may see Content-Encoding does the length say anything about these bytes.
  /**
   * @param {string} method
   * @param {Exchange} exchange
   */
  const isShort = (method, { xhr, size, coded }) => {
    if (method === "HEAD" || [204, 205, 304].includes(xhr.status)) return false;
    const received = xhr.getResponseHeader("content-encoding") === null ? size : coded;
    return received !== undefined && received < Number(xhr.getResponseHeader("content-length"));
  };

  // A compressed empty body is the one that Firefox gives no decoded size for. No text at all can
  // else only be a mark alone, which has two bytes or three.
  /**
   * @param {string} text
   * @param {number | undefined} size
   */
  const isEmpty = (text, size) => text === "" && size !== 2 && size !== 3;

  // With U+FEFF taken off, only UTF-8 can be told: UTF-16 has two byte orders for one text.
  /**
   * @param {string} text
   * @param {number} size
   */
  const restored = (text, size) => {
    const bytes = new TextEncoder().encode(`\uFEFF${text}`);
    return bytes.length === size && !text.includes("\uFFFD") ? bytes : undefined;
  };

  // Without its first byte the body has no byte order mark, and its second byte tells the first.
  const firstOfMark = new Map([
    [0xbb, 0xef],
    [0xfe, 0xff],
    [0xff, 0xfe],
  ]);
  // What is left may begin with a mark as well, as FF FE FF does.
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
    let asked, exchange;
    try {
      asked = new URL(url);
      exchange =
        isOwn(url) && cacheControl
          ? sendFresh(method, url, headers, body, timeoutMs, withCredentials, cacheControl)
          : send(method, url, headers, body, timeoutMs, withCredentials);
    } catch (error) {
      const { name, message = error } = /** @type {Partial<Error>} */ (error ?? {});
      const cause = name === "TimeoutError" ? "timeout" : "error";
      return [1, cause, asked ? String(name) : "SyntaxError", String(message), ""];
    }
    const { xhr, size } = exchange;
    if (xhr.status === 0) return [1, "error", "NetworkError", "the request failed", ""];
    // Who was elsewhere on the way is shown no more than the others show.
    const own = isOwn(url) && isOwn(xhr.responseURL);
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
    const lines = xhr
      .getAllResponseHeaders()
      .trim()
      .split(/[\r\n]+/);
    const pairs = lines.flatMap((line) => {
      const colon = line.indexOf(":");
      return colon > 0 ? [line.slice(0, colon), line.slice(colon + 1).trim()] : [];
    });
    asked.hash = "";
    const address = xhr.responseURL || asked.href;
    return [
      0,
      xhr.status,
      xhr.statusText,
      address !== asked.href,
      address === url ? "" : address,
      own || !address.startsWith("http") ? "basic" : "cors",
      pairs.join("\n"),
      content,
    ];
  };
};
