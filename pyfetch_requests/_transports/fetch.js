// One exchange with one crossing in each direction.
//
// Evaluates to a function of three arguments: `settled`, a Python callable that takes an id and an
// outcome, the Emscripten module of the interpreter, and `allocate`, a Python callable that gives
// the bytes that a body of a known length is written into: that is then no part of the outcome.
// An outcome is a list: [0, ...values] for success, [stage, cause, name, message, diagnosis] for
// failure, where stage is 1 before the headers and 2 in the body, and [-1, signal, again] for an
// interrupt, where `again` goes on waiting. What a failure before the headers means is found out in
// Python (diagnosis.py). The id of a blocking call is negative, and it waits for the promise.
// Promises made here never reject: WebKit rejects with errors that have no stack, which Pyodide does
// not take for exceptions, and an awaited promise would then never return.
/**
 * @import { Body, Failure, HeaderPairs, Interpreter, Milliseconds, Outcome, Read, Reader,
 *   Allocate, Settled, Timer } from "./types"
 * @param {Settled} settled
 * @param {Interpreter} interpreter
 * @param {Allocate} allocate
 */
(settled, interpreter, allocate) => {
  /** @type {Map<number, () => void>} */
  const running = new Map();
  // Where the engine can switch stacks (JSPI), a call has to say that Python may do so in it.
  // The second name is that of an older draft: Node 20 has it, with a flag.
  const switching = "Suspending" in WebAssembly || "Suspender" in WebAssembly;
  const promising = settled.callPromising && switching;

  // What may end an exchange before its time: a time limit, and the signal of the user. Safari
  // before 17.4 has no AbortSignal.any, so signals are chained by hand.
  /**
   * @param {AbortController} controller
   * @param {AbortSignal | undefined} signal
   */
  const timerOf = (controller, signal) => {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const follow = () => controller.abort(signal?.reason);
    /** @type {Timer} */
    const state = {
      expired: false,
      arm(milliseconds) {
        clearTimeout(timer);
        if (milliseconds === undefined) return;
        timer = setTimeout(() => {
          state.expired = true;
          controller.abort();
        }, milliseconds);
      },
      // A signal may serve thousands of requests: it must not remember those that are over.
      end() {
        clearTimeout(timer);
        signal?.removeEventListener("abort", follow);
      },
    };
    if (signal?.aborted) follow();
    else signal?.addEventListener("abort", follow);
    return state;
  };

  /**
   * @param {1 | 2} stage
   * @param {Timer} timer
   * @param {AbortController} controller
   * @param {any} error
   * @param {string} [diagnosis]
   * @returns {Failure}
   */
  const failure = (stage, timer, controller, error, diagnosis) => {
    timer.end();
    const cause = timer.expired ? "timeout" : controller.signal.aborted ? "abort" : "error";
    // Node and Deno say in a second error what happened, a browser never does.
    const reasons = [error?.message ?? error, error?.cause?.message];
    const message = reasons.filter(Boolean).join(": ");
    return [stage, cause, String(error?.name), message, diagnosis ?? ""];
  };

  // What a page has replaced or taken away, and what came of it: not the network's failure.
  /**
   * @param {any} error
   * @returns {Failure}
   */
  const pageFailure = (error) => [
    1,
    "page",
    String(error?.name),
    String(error?.message ?? error),
    "",
  ];

  // Firefox hands over a body that ended before its Content-Length as if it were whole. Only
  // where the page may see Content-Encoding does the length say anything about these bytes, and of
  // a coded body only the resource timing has the length that came.
  /**
   * @param {string} method
   * @param {string} url
   * @param {Response} response
   * @param {number} received
   */
  const isShort = async (method, url, response, received) => {
    const length = response.headers.get("content-length");
    const counts = method !== "HEAD" && ![204, 205, 304].includes(response.status);
    if (length === null || !counts || response.type === "cors") return false;
    if (!response.headers.has("content-encoding")) return received < Number(length);
    const timings = inFirefox ? await timingsOf(url, received) : [];
    return timings.length > 0 && timings.every((entry) => entry.encodedBodySize < Number(length));
  };
  const inFirefox = globalThis.navigator?.userAgent?.includes("Firefox/");
  /** @type {PerformanceResourceTiming[]} */
  const latest = []; // the page's own list is full after 250 of them
  if (inFirefox) {
    new PerformanceObserver((list) => {
      latest.push(.../** @type {PerformanceResourceTiming[]} */ (list.getEntries()));
      latest.splice(0, latest.length - 250);
    }).observe({ type: "resource" });
  }
  /**
   * @param {string} url
   * @param {number} received
   */
  const timingsOf = async (url, received) => {
    const name = new URL(url).href;
    for (let turn = 0; turn < 20; turn++) {
      const found = latest.filter(
        (entry) =>
          entry.name === name && entry.decodedBodySize === received && entry.encodedBodySize > 0,
      );
      if (found.length) return found;
      await new Promise((resolve) => setTimeout(resolve, turn)); // it comes with the body, or soon
    }
    return [];
  };
  // WebKit hands over all that has come meanwhile in one chunk, be it hundreds of megabytes.
  const LARGEST_CHUNK = 1 << 22;
  const shortBody = new Error("the body ended before its Content-Length");

  // A body that breaks may as well be one that is not in its Content-Encoding.
  /**
   * @param {Response} response
   * @param {Timer} timer
   * @param {AbortController} controller
   * @param {unknown} error
   */
  const brokenBody = (response, timer, controller, error) => {
    const coded = response.headers.has("content-encoding");
    return failure(2, timer, controller, error, coded ? "coded" : "");
  };

  // The address as the browser wrote it, "" where it is the one that was given. A response that
  // hides its address was not redirected as far as anyone can tell.
  /**
   * @param {Response} response
   * @param {string} url
   */
  const addressOf = (response, url) => {
    const address = response.url || new URL(url).href;
    return address === url ? "" : address;
  };

  // Deno decodes what it asks for, gzip and br, and hands over the rest as it came.
  /** @param {Response} response */
  const isCoded = (response) =>
    globalThis.Deno && response.headers.get("content-encoding")?.toLowerCase() === "deflate";
  /** @param {Response} response */
  const readerOf = (response) => {
    const body = isCoded(response)
      ? response.body?.pipeThrough(new DecompressionStream("deflate"))
      : response.body;
    return body?.getReader();
  };

  const inNode = globalThis.process?.versions?.node;
  // Node 20 may leave a read pending for ever, also when the request is aborted.
  /**
   * @param {Reader} reader
   * @param {AbortSignal} signal
   * @returns {Read}
   */
  const readOf = (reader, signal) => {
    if (!inNode) return () => reader.read();
    /** @type {Promise<never>} */
    const aborted = new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason)),
    );
    aborted.catch(() => {});
    return () => Promise.race([reader.read(), aborted]);
  };

  /**
   * @param {Response} response
   * @param {Timer} timer
   * @param {AbortController} controller
   * @param {Milliseconds} bodyMs
   */
  const gather = async (response, timer, controller, bodyMs) => {
    const reader = readerOf(response);
    if (!reader) return response.arrayBuffer();
    const read = readOf(reader, controller.signal);
    const chunks = [];
    for (;;) {
      timer.arm(bodyMs);
      const { done, value } = await read();
      if (done) return new Blob(chunks).arrayBuffer();
      chunks.push(value);
    }
  };

  // The length of a body that is worth a buffer of its own, where the headers tell it: the one of
  // another origin may be coded without showing it. A header alone gets no more than half a gigabyte.
  /** @param {Response} response */
  const knownLength = (response) => {
    const length = Number(response.headers.get("content-length"));
    const tells = response.type !== "cors" && !response.headers.has("content-encoding");
    return tells && response.body && !inNode && length >= BLOCK && length <= 1 << 29 ? length : 0;
  };
  const BLOCK = 1 << 20;

  // Read a body into the memory of Python. That may grow meanwhile, and is another array then. Whoever
  // gives up in Python frees nothing: the proxy keeps the bytes until nothing is written any more.
  /**
   * @param {number} id
   * @param {Response} response
   * @param {number} length
   * @param {Timer} timer
   * @param {Milliseconds} bodyMs
   * @returns {Promise<{ received: number, content?: ArrayBuffer } | undefined>}
   */
  const fill = async (id, response, length, timer, bodyMs) => {
    const bytes = allocate(id, length);
    if (!bytes) return undefined;
    try {
      const view = bytes.getBuffer("u8");
      const start = view.data.byteOffset;
      view.release();
      const read = blocksOf(/** @type {ReadableStream} */ (response.body));
      let received = 0;
      for (;;) {
        timer.arm(bodyMs);
        const { done, value } = await read();
        if (done) return { received };
        if (received + value.byteLength > length) {
          const chunks = [interpreter.HEAPU8.slice(start, start + received), value.slice()];
          for (;;) {
            timer.arm(bodyMs);
            const { done, value } = await read();
            if (done) break;
            chunks.push(value.slice());
          }
          const content = await new Blob(chunks).arrayBuffer();
          return { received: content.byteLength, content };
        }
        interpreter.HEAPU8.set(value, start + received);
        received += value.byteLength;
      }
    } finally {
      bytes.destroy();
    }
  };

  // Where the engine can, all blocks come in the same megabyte.
  /**
   * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
   * @returns {Read}
   */
  const blocksOf = (body) => {
    let block = new Uint8Array(BLOCK);
    try {
      const reader = body.getReader({ mode: "byob" });
      return async () => {
        const next = await reader.read(block);
        if (next.value) block = new Uint8Array(next.value.buffer);
        return next;
      };
    } catch {
      const reader = body.getReader();
      return () => reader.read();
    }
  };

  /**
   * @param {string} method
   * @param {string} url
   * @param {Response} response
   * @param {AbortController} controller
   * @param {Timer} timer
   * @param {Milliseconds} bodyMs
   */
  const streamOf = (method, url, response, controller, timer, bodyMs) => {
    const reader = readerOf(response);
    const next = reader && readOf(reader, controller.signal);
    let received = 0;
    /** @type {Uint8Array | undefined} */
    let rest; // of a chunk that is too large to be copied to Python's memory as a whole
    /** @returns {Promise<Outcome>} */
    const read = async () => {
      try {
        if (!rest) {
          do {
            timer.arm(bodyMs);
            rest = next && (await next()).value;
          } while (rest?.byteLength === 0); // Python takes an empty chunk for the end
          timer.arm();
          received += rest?.byteLength ?? 0;
        }
        if (rest) {
          const chunk = rest.subarray(0, LARGEST_CHUNK);
          rest = rest.byteLength > LARGEST_CHUNK ? rest.subarray(LARGEST_CHUNK) : undefined;
          return [0, chunk];
        }
        if (reader && (await isShort(method, url, response, received))) throw shortBody;
        timer.end();
        return [0, undefined];
      } catch (error) {
        return brokenBody(response, timer, controller, error);
      }
    };
    const cancel = () => {
      timer.end();
      rest = undefined;
      reader?.cancel().catch(() => {});
      controller.abort();
    };
    return { next: (/** @type {number} */ id) => deliver(id, read(), cancel), cancel };
  };

  // A blocked call does not see that the host interrupts, so it is looked for here. The signal is
  // taken out of the buffer at once: it is for the blocked call, not for what Python runs to wake it.
  /**
   * @param {Promise<Outcome>} promise
   * @returns {Promise<Outcome>}
   */
  const untilInterrupted = (promise) =>
    new Promise((resolve) => {
      let over = false;
      /** @param {Outcome} [outcome] */
      const look = (outcome) => {
        const buffer = interpreter.Py_EmscriptenSignalBuffer;
        const signal = buffer?.[0];
        if (over || !(signal || outcome)) return;
        over = true;
        clearInterval(timer);
        if (buffer && signal) {
          buffer[0] = 0;
          resolve([-1, signal, () => untilInterrupted(promise)]);
        } else if (outcome) resolve(outcome);
      };
      const timer = setInterval(() => look(), 100);
      promise.then(look);
    });

  /**
   * @param {number} id
   * @param {Promise<Outcome>} promise
   * @param {() => void} abort
   */
  const deliver = (id, promise, abort) => {
    if (id < 0 && !interpreter.Py_EmscriptenSignalBuffer) return promise;
    running.set(id, abort);
    if (id < 0) {
      promise.then(() => running.delete(id));
      return untilInterrupted(promise);
    }
    promise.then((outcome) => {
      const done = () => running.delete(id);
      if (!promising) {
        done();
        settled(id, ...outcome);
        return;
      }
      // The task goes on inside of this call, and may want to switch stacks there. The call comes a
      // little later: who cancels the task until then still has to reach the stream in the outcome.
      // It rejects before it calls where Pyodide thinks otherwise; an id is answered once.
      settled
        .callPromising(id, ...outcome)
        .catch(() => settled(id, ...outcome))
        .finally(done);
    });
  };

  /**
   * @param {number} id
   * @param {AbortController} controller
   * @param {Timer} timer
   * @param {string} method
   * @param {string} url
   * @param {HeaderPairs} headers
   * @param {Body} body
   * @param {RequestInit | undefined} options
   * @param {[headers: Milliseconds, body: Milliseconds]} times
   * @param {boolean} stream
   * @returns {Promise<Outcome>}
   */
  const exchange = async (
    id,
    controller,
    timer,
    method,
    url,
    headers,
    body,
    options,
    times,
    stream,
  ) => {
    const started = performance.now();
    /** @type {RequestInit} */
    const init = { method, headers, signal: controller.signal, ...options };
    let answered = false;
    /** @type {any} */
    let response;
    try {
      timer.arm(times[0]);
      if (body?.getBuffer) {
        // A copy: a page may have put a function of its own in the place of fetch, which looks at
        // the body later, and Python's memory moves when it grows.
        const view = body.getBuffer("u8");
        init.body = view.data.slice();
        view.release();
      } else if (body !== undefined) init.body = body;
      response = await fetch(url, init);
      answered = true;
      const elapsed = (performance.now() - started) / 1000;
      timer.arm();
      /** @type {string[]} */
      const lines = [];
      for (const [name, value] of response.headers) lines.push(name, value);
      /** @type {[0, ...unknown[]]} */
      const head = [
        0,
        response.status,
        response.statusText,
        response.redirected,
        addressOf(response, url),
        response.type,
        lines.join("\n"),
        elapsed,
      ];
      if (stream) return [...head, streamOf(method, url, response, controller, timer, times[1])];
      const length = knownLength(response);
      const filled = length && (await fill(id, response, length, timer, times[1]));
      if (filled) {
        timer.end();
        if (await isShort(method, url, response, filled.received)) throw shortBody;
        return [...head, filled.content];
      }
      const content = await (times[1] === undefined && !isCoded(response)
        ? response.arrayBuffer()
        : gather(response, timer, controller, times[1]));
      timer.end();
      if (content?.byteLength === undefined) {
        return pageFailure(new TypeError("arrayBuffer() gave no ArrayBuffer"));
      }
      if (await isShort(method, url, response, content.byteLength)) throw shortBody;
      return [...head, content];
    } catch (error) {
      if (!answered) return failure(1, timer, controller, error);
      try {
        return brokenBody(response, timer, controller, error);
      } catch {
        timer.end();
        return pageFailure(error); // it is no Response
      }
    }
  };

  return {
    /**
     * @param {number} id
     * @param {string} method
     * @param {string} url
     * @param {string} headerText
     * @param {Body} body
     * @param {RequestInit | undefined} options
     * @param {Milliseconds} headersMs
     * @param {Milliseconds} bodyMs
     * @param {boolean} stream
     * @param {AbortSignal | undefined} signal
     */
    start(id, method, url, headerText, body, options, headersMs, bodyMs, stream, signal) {
      let controller;
      try {
        controller = new AbortController();
      } catch (error) {
        return deliver(id, Promise.resolve(pageFailure(error)), () => {});
      }
      const timer = timerOf(controller, signal);
      const parts = headerText ? headerText.split("\n") : [];
      /** @type {HeaderPairs} */
      const headers = [];
      for (let index = 0; index < parts.length; index += 2) {
        headers.push([parts[index], parts[index + 1]]);
      }
      /** @type {[Milliseconds, Milliseconds]} */
      const times = [headersMs, bodyMs];
      return deliver(
        id,
        exchange(id, controller, timer, method, url, headers, body, options, times, stream),
        () => {
          timer.end();
          controller.abort();
        },
      );
    },
    /** @param {number} id */
    abort: (id) => running.get(id)?.(),
    /**
     * @param {number} id
     * @param {number} milliseconds
     */
    pause(id, milliseconds) {
      let abort = () => {};
      /** @type {Promise<Outcome>} */
      const over = new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds, [0]);
        abort = () => {
          clearTimeout(timer);
          resolve([0]);
        };
      });
      return deliver(id, over, abort);
    },
  };
};
