// What a fetch that failed before the headers can be told to be. The error itself says nothing: a
// script must not learn from it what is in a network that it may not see.
//
// Evaluates to a function without arguments that returns `diagnose`. That resolves to one of the
// keys of the table in js_errors.py, and never rejects.
/** @import { Diagnose } from "./types" */
() => {
  /** @type {Set<string>} */
  const blockedByPolicy = new Set();
  globalThis.addEventListener?.("securitypolicyviolation", (event) => {
    if (event.effectiveDirective !== "connect-src") return;
    blockedByPolicy.add(event.blockedURI);
    // They are looked at once, soon after; a page that polls for days must not gather them.
    const [oldest = ""] = blockedByPolicy;
    if (blockedByPolicy.size > 1000) blockedByPolicy.delete(oldest);
  });
  /**
   * @param {string} url
   * @param {string} origin
   */
  const isBlocked = (url, origin) =>
    [...blockedByPolicy].some((blocked) => url.startsWith(blocked) || blocked === origin);

  // One HEAD request, which is safe by RFC 9110, to see whether anybody is there at all.
  /**
   * @param {string} url
   * @param {RequestInit} options
   * @param {AbortSignal} signal
   * @param {number} milliseconds
   */
  const ask = async (url, options, signal, milliseconds) => {
    const limit = new AbortController();
    const abort = () => limit.abort();
    signal.addEventListener("abort", abort);
    const timer = setTimeout(abort, milliseconds);
    /** @type {RequestInit} */
    const init = { method: "HEAD", cache: "no-store", signal: limit.signal, ...options };
    const answer = await fetch(url, init).catch(() => undefined);
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    return answer;
  };

  // Arguments: the failed request; whether a probe may be sent; the signal that ends it; and
  // within how many milliseconds.
  /** @type {Diagnose} */
  const diagnose = async (method, url, { mode }, probe, signal, milliseconds) => {
    const here = globalThis.location;
    let target;
    try {
      target = new URL(url);
    } catch {
      return "url";
    }
    if (globalThis.navigator?.onLine === false) return "offline";
    if (!here || mode === "no-cors") return "";
    const local = ["localhost", "127.0.0.1", "[::1]"].includes(target.hostname);
    const secure = here.protocol === "https:" || globalThis.origin?.startsWith("https:");
    if (secure && target.protocol === "http:" && !local) return "mixed";
    const sameOrigin = target.origin === (here.origin === "null" ? globalThis.origin : here.origin);
    const safe = ["GET", "HEAD"].includes(method);
    let answer;
    if (probe && sameOrigin && safe) {
      answer = await ask(url, { mode: "same-origin", redirect: "manual" }, signal, milliseconds);
    } else if (probe && !sameOrigin) {
      // A method that is not safe is not repeated on its own URL.
      const address = safe ? url : `${target.origin}/`;
      answer = await ask(address, { mode: "no-cors", credentials: "omit" }, signal, milliseconds);
    }
    await new Promise((resolve) => setTimeout(resolve, 0)); // violations are reported late
    if (isBlocked(url, target.origin)) return "policy";
    if (sameOrigin) return answer?.type === "opaqueredirect" ? "redirect" : "";
    return answer ? "cors" : probe ? "unreachable" : "unknown";
  };
  return diagnose;
};
