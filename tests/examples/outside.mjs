// Loaded before an example in Node and Deno: `fetch` asks OUTSIDE for what is on other machines.
const { fetch } = globalThis;
const outside = process.env.OUTSIDE;

/**
 * @param {RequestInfo | URL} what
 * @param {RequestInit} [options]
 */
globalThis.fetch = (what, options) => {
  const url = new URL(what instanceof Request ? what.url : what);
  if (url.protocol === "https:") {
    return fetch(new URL(`${url.pathname}${url.search}`, outside), options);
  }
  return fetch(what, options);
};
