// Answers what a page asks of /answered-by/KIND in one of the odd ways that a service worker has.
const worker = /** @type {any} */ (self); // its types would hide those of pages
worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ event) =>
  event.waitUntil(worker.clients.claim()),
);

/** @param {(controller: ReadableStreamDefaultController) => void} then */
const stream = (then) => {
  let begun = false;
  return new ReadableStream({
    pull(controller) {
      if (begun) return then(controller);
      begun = true;
      controller.enqueue(new TextEncoder().encode("abc"));
    },
  });
};

/** @param {() => Promise<unknown>} then */
const streamAround = (then) =>
  stream(async (controller) => {
    await then();
    controller.enqueue(new TextEncoder().encode("def"));
    controller.close();
  });

// What nothing refers to any more, Firefox's collector ends like a body that is complete.
/** @type {unknown[]} */
const stalled = [];

/** @type {Record<string, (request: Request) => any>} */
const kinds = {
  error: () => Response.error(),
  opaque: (request) => fetch(new URL("/echo", elsewhere(request)), { mode: "no-cors" }),
  opaqueredirect: () => fetch("/redirect?to=/echo", { redirect: "manual" }),
  redirected: () => fetch("/redirect?to=/echo"),
  redirect: () => Response.redirect("/echo"),
  breaks: () => new Response(stream((controller) => controller.error(new Error("it breaks")))),
  breaks_at_once: () =>
    new Response(new ReadableStream({ start: (controller) => controller.error(null) })),
  stalls: () =>
    new Response(stream((controller) => new Promise((...both) => stalled.push(controller, both)))),
  text_chunks: () => new Response(stream((controller) => controller.enqueue("text"))),
  used: async () => {
    const response = new Response("abc");
    await response.text();
    return response;
  },
  locked: () => {
    const response = new Response("abc");
    response.body?.getReader();
    return response;
  },
  never: () => new Promise(() => {}),
  throws: () => {
    throw new Error("not today");
  },
  rejects: () => Promise.reject(null),
  nothing: () => undefined,
  no_response: () => ({ status: 200 }),
  blob: () => new Response(new Blob(["a".repeat(3_000_000)])),
  long_length: () => new Response("abc", { headers: { "Content-Length": "2000000" } }),
  short_length: () => new Response("abc", { headers: { "Content-Length": "1" } }),
  coded: () => new Response("abc", { headers: { "Content-Encoding": "gzip" } }),
  no_body: () => new Response(null, { status: 204 }),
  late: () => new Promise((resolve) => setTimeout(resolve, 300, new Response("abc"))),
  cors: (request) => fetch(new URL("/cors/-/echo", elsewhere(request))),
  other_address: () => fetch("/echo"),
  odd_length: () => new Response("abc", { headers: { "Content-Length": "1e9" } }),
  // Longer than it takes to stop the service worker.
  trickles: () =>
    new Response(
      stream(async (controller) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        controller.enqueue(new TextEncoder().encode("def"));
      }),
    ),
  // Half of a body, and the rest after the page has lost its service worker, or has got it anew.
  unregisters: () => new Response(streamAround(() => worker.registration.unregister())),
  // Whether there is anything new, or the check fails, makes no difference here.
  updates: () => new Response(streamAround(() => worker.registration.update().catch(() => {}))),
  claims: () => new Response(streamAround(() => worker.clients.claim())),
};
/** @param {Request} request */
const elsewhere = (request) => new URL(request.url).searchParams.get("other") ?? "";

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const [, kind] = /answered-by\/(\w+)/.exec(event.request.url) ?? [];
  if (kind) event.respondWith(kinds[kind](event.request));
});
