// Runs before Pyodide, so that every library sees a `fetch` and an `XMLHttpRequest` that can be
// told to answer at once, without a network: what is left then is the library's own work.
const real = { fetch: globalThis.fetch, XMLHttpRequest: globalThis.XMLHttpRequest };
const text = '{"id": 7, "name": "a thing", "tags": ["a", "b", "c"], "price": 12.5, "ok": true}';
const bytes = new TextEncoder().encode(text);
/** @type {[name: string, value: string][]} */
const lines = [
  ["content-type", "application/json"],
  ["content-length", String(bytes.length)],
];
for (let number = 0; number < 28; number++) {
  lines.push([`x-header-${number}`, `value number ${number}`]);
}
const headers = new Headers(lines);
const headerText = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");

class InstantRequest {
  readyState = 0;
  status = 0;
  statusText = "";
  responseType = "";
  /** @type {((event: { loaded: number }) => void) | undefined} */
  onload;
  /**
   * @param {string} _method
   * @param {string} url
   */
  open(_method, url) {
    this.responseURL = url;
  }
  setRequestHeader() {}
  overrideMimeType() {}
  getAllResponseHeaders() {
    return headerText;
  }
  /** @param {string} name */
  getResponseHeader(name) {
    return headers.get(name);
  }
  send() {
    this.readyState = 4;
    this.status = 200;
    this.statusText = "OK";
    this.onload?.({ loaded: bytes.length });
  }
  get responseText() {
    return text;
  }
  get response() {
    return this.responseType === "arraybuffer" ? bytes.slice().buffer : text;
  }
}

const benchmark = {
  stubbed: false,
  /** @param {boolean} on */
  stub(on) {
    this.stubbed = on;
    Object.assign(globalThis, { XMLHttpRequest: on ? InstantRequest : real.XMLHttpRequest });
  },
};
Object.assign(globalThis, { benchmark });
/** @param {unknown} url */
const instantResponse = (url) =>
  // As it comes from a server: clients may take one that a page has made otherwise.
  Object.defineProperties(new Response(bytes, { headers }), {
    url: { value: String(url) },
    type: { value: "basic" },
  });
globalThis.fetch = (...parts) =>
  benchmark.stubbed
    ? Promise.resolve(instantResponse(parts[0]))
    : real.fetch.apply(globalThis, parts);
