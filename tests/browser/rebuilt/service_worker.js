// Makes every answer anew, with the headers that isolate a page: so do those of sites whose server
// can send no headers. What led to an answer is lost on the way.
const worker = /** @type {any} */ (self); // its types would hide those of pages
worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ event) =>
  event.waitUntil(worker.clients.claim()),
);

/** @param {Request} request */
const rebuilt = async (request) => {
  const response = await fetch(request);
  const { status, statusText, body } = response;
  if (status === 0 || status > 399) return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Resource-Policy", "cross-origin");
  return new Response(status === 204 ? null : body, { status, statusText, headers });
};
worker.addEventListener("fetch", (/** @type {any} */ event) =>
  event.respondWith(rebuilt(event.request)),
);
