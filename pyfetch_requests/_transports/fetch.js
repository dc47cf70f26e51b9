// One exchange with `fetch`, with one crossing in each direction.
//
// Evaluates to a function of four arguments: `settled`, a Python callable that takes an id and an
// outcome; the Emscripten module of the interpreter; `allocate`, a Python callable that returns
// the bytes that a body of a known length is written into, which is then not part of the outcome;
// and the names of the headers that Python asks of each response, one in each line.
//
// An outcome is a list: [0, ...values] for success; [stage, cause, name, message, diagnosis] for a
// failure, where the stage is 1 before the headers and 2 in the body. The cause of a failure before the
// headers is found by Python (diagnosis.py). The id of a blocking call is negative. If the host can
// interrupt it, it gets [-1, signal, proceed]: the function has to be called at once, and returns the
// outcome, or after a signal a function that continues to wait.
//
// Promises made here never reject: WebKit rejects with errors that have no stack, which Pyodide does
// not recognise as exceptions, and the call that awaits the promise would never return.
//
// All of it is one function, because its text crosses once and what is inside shares the arguments.
// It goes from the parts to the whole: begin to read at `exchange`, near the end.
/**
 * @import { Body, Bytes, Failure, HeaderPairs, Interpreter, Milliseconds, Outcome, Read, Reader,
 *   Allocate, Memory, PyBuffer, Settled, Timer } from "./types"
 * @param {Settled} settled
 * @param {Interpreter} interpreter
 * @param {Allocate} allocate
 * @param {string} commonHeaders
 */
(settled, interpreter, allocate, commonHeaders) => {
  // ---- Where this runs, and sizes. ----

  const inNode = globalThis.process?.versions?.node;
  const inFirefox = globalThis.navigator?.userAgent?.includes("Firefox/");
  // Where the engine can switch stacks (JSPI), Python has to be called by callPromising to do so.
  // `Suspender` is of an older draft of JSPI, which Node 20 has behind a flag.
  const switching = "Suspending" in WebAssembly || "Suspender" in WebAssembly;
  const promising = settled.callPromising && switching;
  const SIGINT = 2;
  const BLOCK = 1 << 20;
  const SMALL_BLOCK = 1 << 16; // of a stream, which may be of a few bytes now and then
  // WebKit hands over everything that has arrived since the last read in one chunk, be it hundreds of
  // megabytes. Python copies 4 MB of it at a time.
  const LARGEST_CHUNK = 1 << 22;

  // ---- Time limits and signals. ----

  // A page may have replaced clearTimeout. A timer that is left aborts what is over: no harm.
  /** @param {ReturnType<typeof setTimeout> | undefined} timer */
  const stop = (timer) => {
    try {
      clearTimeout(timer);
    } catch {}
  };

  // Aborts an exchange when its time limit expires, or when the user's signal does. Safari before
  // 17.4 has no AbortSignal.any, so signals are chained by hand.
  /**
   * @param {AbortController} controller
   * @param {AbortSignal | undefined} signal
   */
  const timerOf = (controller, signal) => {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    /** @param {unknown} [reason] */
    const abort = (reason) => {
      controller.abort(reason);
      state.release();
    };
    const follow = () => abort(signal?.reason);
    /** @type {Timer} */
    const state = {
      expired: false,
      release() {},
      arm(milliseconds) {
        stop(timer);
        if (milliseconds === undefined) return;
        timer = setTimeout(() => {
          state.expired = true;
          abort();
        }, milliseconds);
      },
      // A signal may serve thousands of requests, and must not hold those that are over.
      end() {
        stop(timer);
        signal?.removeEventListener("abort", follow);
      },
    };
    if (signal?.aborted) follow();
    else signal?.addEventListener("abort", follow);
    return state;
  };

  // A stream that a page has made goes on in spite of the signal; cancelled it ends at once.
  /**
   * @param {Timer} timer
   * @param {Reader | ReadableStreamBYOBReader} reader
   */
  const release = (timer, reader) => {
    timer.release = () => reader.cancel().catch(() => {});
  };

  // ---- What a failure is. ----

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
    // Something was removed, or does not give what it should.
    if (error?.name === "ReferenceError" || error === noBytes) return pageFailure(error);
    // By the state, not by the error: a page's own fetch may reject with anything.
    const cause = timer.expired ? "timeout" : controller.signal.aborted ? "abort" : "error";
    // Node and Deno put the reason into `cause`; in a browser there is none.
    const reasons = [error?.message ?? error, error?.cause?.message];
    const message = reasons.filter(Boolean).join(": ");
    return [stage, cause, String(error?.name), message, diagnosis ?? ""];
  };

  // The page has replaced or removed something that a request needs: no failure of the network.
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

  // The rejection of a broken body and that of a wrong Content-Encoding look alike.
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

  const noBytes = new TypeError("a chunk of the body is no Uint8Array");

  // A page's own fetch, or a function around it, may give what the browser's never does. Only of those
  // the body is looked at: that makes a stream of it.
  /** @param {Response} response */
  const whyUnusable = (response) =>
    (response.type === "error" && "fetch gave Response.error()") ||
    (response.bodyUsed && "the body of the response has been read already") ||
    (!String(fetch).includes("[native code]") && whyOdd(response));

  /** @param {any} response */
  const whyOdd = ({ arrayBuffer, body, status }) =>
    (body?.locked && "the body of the response is being read already") ||
    (!Number.isInteger(status) && "the status of the response is no integer") ||
    (!(arrayBuffer && (body?.getReader ?? !body)) && "the body of the response cannot be read");

  // ---- Bodies that end too early. ----

  const shortBody = new Error("the body ended before its Content-Length");

  // The length that is promised, undefined if there is none. In a chunked body Content-Length means
  // nothing (RFC 9112, section 6.3), and one that is not of digits is not heeded by browsers.
  /** @param {Response} response */
  const lengthOf = ({ headers }) => {
    const text = headers.get("content-length") ?? "";
    return /^\d+$/.test(text) && !headers.has("transfer-encoding") ? Number(text) : undefined;
  };

  // Firefox hands over a body that ended before its Content-Length as if it were complete; other
  // engines reject it. Another origin may hide a Content-Encoding, so its length may be that of other
  // bytes. For a body that is coded only the resource timing has the number of bytes that came.
  /**
   * @param {string} method
   * @param {string} url
   * @param {Response} response
   * @param {number} received
   */
  const isShort = async (method, url, response, received) => {
    const length = lengthOf(response);
    const counts = method !== "HEAD" && ![204, 205, 304].includes(response.status); // no body
    if (length === undefined || !counts || response.type === "cors") return false;
    if (!response.headers.has("content-encoding")) return received < length;
    const timings = inFirefox ? await timingsOf(url, received) : [];
    return timings.length > 0 && timings.every((entry) => entry.encodedBodySize < length);
  };

  /** @type {PerformanceResourceTiming[]} */
  const latest = []; // the page's own buffer is full after 250 entries, and takes no more

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
      // The entry is queued with the end of the body or shortly after: 190 ms in all.
      await new Promise((resolve) => setTimeout(resolve, turn));
    }
    return [];
  };

  // ---- The request, and the head of the response. ----

  // A copy of a body: a page may have wrapped `fetch` in a function that reads it later, and Python's
  // memory is another ArrayBuffer once it has grown. `fetch` copies an array again, all of it before
  // anything is sent; a Blob reaches the network piece by piece. Node and Deno read a Blob slowly.
  /** @param {PyBuffer} bytes */
  const copyOf = (bytes) => {
    const view = bytes.getBuffer("u8");
    try {
      const large = view.data.byteLength >= BLOCK && !inNode && !globalThis.Deno;
      return large ? new Blob([view.data]) : view.data.slice();
    } finally {
      view.release();
    }
  };

  // A page may have put a function in the place of fetch that does not heed the signal.
  /**
   * @param {string} url
   * @param {RequestInit} init
   * @param {Timer} timer
   * @param {AbortController} controller
   * @returns {Promise<Response>}
   */
  const answerTo = (url, init, timer, controller) =>
    new Promise((resolve, reject) => {
      timer.release = () => reject(controller.signal.reason);
      // Looked up at each call: a page may wrap it at any time.
      Promise.resolve(fetch(url, init)).then(resolve, reject);
      if (controller.signal.aborted) timer.release();
    });

  // The URL as the browser writes it, "" if it is the one that was requested. An opaque response has
  // no URL, and counts as not redirected.
  /**
   * @param {Response} response
   * @param {string} url
   */
  const addressOf = (response, url) => {
    const address = response.url || new URL(url).href;
    return address === url ? "" : address;
  };

  // ---- Headers, as lines of text; see `HeaderLines` in Python. ----

  /** @param {Headers} headers */
  const linesOf = (headers) => {
    let lines = "\n";
    for (const [name, value] of headers) lines += `${name}:${value}\n`;
    return lines;
  };

  const commonNames = commonHeaders.split("\n");
  /** @param {Headers} headers */
  const commonLinesOf = (headers) => {
    let lines = "\n";
    for (const name of commonNames) {
      const value = headers.get(name);
      if (value !== null) lines += `${name}:${value}\n`;
    }
    return lines;
  };

  // A page may still change the headers of a response that it has made, and in Node `get` joins
  // cookies: then all headers are taken at once.
  /** @param {Response} response */
  const areFinal = ({ type }) => !inNode && (type === "basic" || type === "cors");

  // ---- Ways to read a body. ----

  // Deno decodes only what it sends in Accept-Encoding, which is gzip and br.
  /** @param {Response} response */
  const isCoded = (response) =>
    globalThis.Deno && response.headers.get("content-encoding")?.toLowerCase() === "deflate";

  /** @param {Response} response */
  const bodyOf = (response) =>
    isCoded(response)
      ? response.body?.pipeThrough(new DecompressionStream("deflate"))
      : response.body;

  // The stream may be one of a page, into which anything can be put.
  /** @param {Awaited<ReturnType<Read>>} next */
  const checkBytes = (next) => {
    if (!next.done && next.value?.BYTES_PER_ELEMENT !== 1) throw noBytes;
    return next;
  };

  // Node 20 may leave a read pending for ever, even when the request is aborted.
  /**
   * @param {Reader} reader
   * @param {AbortSignal} signal
   * @returns {Read}
   */
  const readOf = (reader, signal) => {
    const read = async () => checkBytes(await reader.read());
    if (!inNode) return read;
    // A promise for each read: a race with one that lasts would keep every chunk as long as it does.
    let stop = (/** @type {unknown} */ _reason) => {};
    signal.addEventListener("abort", () => stop(signal.reason));
    return () =>
      new Promise((resolve, reject) => {
        stop = reject;
        if (signal.aborted) reject(signal.reason);
        read().then(resolve, reject);
      });
  };

  // There is no body to read piece by piece: it is empty, or the Response is one of a polyfill, which
  // has functions for the whole only.
  /**
   * @param {Response} response
   * @returns {Read}
   */
  const wholeOf = (response) => {
    let begun = false;
    return async () => {
      if (begun) return { done: true, value: undefined };
      begun = true;
      return { done: false, value: new Uint8Array(await response.arrayBuffer()) };
    };
  };

  // getReader() throws in engines without BYOB reads, and for a stream that a page or a service worker
  // has made without bytes.
  /** @param {Bytes} body */
  const byobReaderOf = (body) => {
    try {
      return inNode ? undefined : body.getReader({ mode: "byob" });
    } catch {
      return undefined;
    }
  };

  // BYOB reads put all chunks into the same block: a chunk has to be copied before the next read. After
  // `share` each has a block of its own. When a chunk has filled its block, the next one is larger.
  /**
   * @param {Bytes} body
   * @param {AbortSignal} signal
   * @param {number} size of the first block
   * @returns {{ reader: Reader | ReadableStreamBYOBReader, read: Read, share: () => void }}
   */
  const blocksOf = (body, signal, size) => {
    const byob = byobReaderOf(body);
    if (!byob) {
      const reader = body.getReader();
      return { reader, read: readOf(reader, signal), share: () => {} };
    }
    /** @type {Uint8Array<ArrayBuffer> | undefined} */
    let spare;
    let shared = false;
    const read = async () => {
      const block = (!shared && spare) || new Uint8Array(size);
      spare = undefined; // the stream has taken it
      const next = await byob.read(block);
      if (next.value?.byteLength === size && size < BLOCK) size *= 4;
      else if (next.value) spare = new Uint8Array(next.value.buffer);
      return next;
    };
    const share = () => {
      shared = true;
    };
    return { reader: byob, read, share };
  };

  // A turn of the event loop. Not by setTimeout, which waits for 4 ms if it is called again and again.
  /** @returns {Promise<undefined>} */
  const turn = () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve(undefined);
      };
      port2.postMessage(0);
    });

  // What a read of Firefox's gives if the bytes are there, else undefined: such a read takes two turns.
  /** @param {ReturnType<Read>} reading */
  const ifThere = (reading) => Promise.race([reading, turn().then(turn)]).catch(() => undefined);

  // ---- A body at once. ----

  /**
   * @param {Response} response
   * @param {Timer} timer
   * @param {AbortController} controller
   * @param {Milliseconds} bodyMs
   */
  const gather = async (response, timer, controller, bodyMs) => {
    const body = bodyOf(response);
    if (!body) return response.arrayBuffer();
    const reader = body.getReader();
    const read = readOf(reader, controller.signal);
    release(timer, reader);
    const chunks = [];
    for (;;) {
      timer.arm(bodyMs);
      const { done, value } = await read();
      if (controller.signal.aborted) throw controller.signal.reason;
      if (done) return new Blob(chunks).arrayBuffer(); // joins them without a loop
      chunks.push(value);
    }
  };

  // The length of a body that is worth a buffer of its own, if the headers tell it, else 0. One of
  // another origin may be coded without showing it. 512 MB at most: a header alone, which may lie,
  // must not allocate more.
  /** @param {Response} response */
  const knownLength = (response) => {
    const length = lengthOf(response) ?? 0;
    if (length < BLOCK || length > 1 << 29 || inNode) return 0; // without making a stream of the body
    const tells =
      response.url && response.type !== "cors" && !response.headers.has("content-encoding");
    return tells && response.body ? length : 0;
  };

  /**
   * @param {number} id
   * @param {number} length
   */
  const memoryFor = (id, length) => {
    try {
      return length ? allocate(id, length) : undefined;
    } catch {
      // An interrupt, which is put back: the body can be read without such memory, too.
      const buffer = signals();
      if (buffer) buffer[0] ||= SIGINT;
      return undefined;
    }
  };

  // Chromium's garbage collector takes a BYOB read of a Blob's stream along, unless something holds
  // the body: the read would never end. A page or a service worker may answer with such a body.
  /** @type {Set<Response>} */
  const beingRead = new Set();

  // Reads a body into Python's memory. That may grow between two blocks, and HEAPU8 is another array
  // then. The proxy keeps the bytes alive until the last write, also if Python has been cancelled.
  /**
   * @param {Memory} bytes
   * @param {Response} response
   * @param {AbortSignal} signal
   * @param {Timer} timer
   * @param {Milliseconds} bodyMs
   * @param {(received: number) => void} [tell]
   * @returns {Promise<{ received: number, content?: ArrayBuffer }>}
   */
  const fill = async (bytes, response, signal, timer, bodyMs, tell) => {
    beingRead.add(response);
    try {
      const view = bytes.getBuffer("u8");
      const start = view.data.byteOffset;
      const length = view.data.byteLength;
      view.release();
      const { read } = blocksOf(/** @type {Bytes} */ (response.body), signal, BLOCK);
      let received = 0;
      for (;;) {
        timer.arm(bodyMs);
        const { done, value } = await read();
        // A body that is shorter fails (`isShort`), so nobody sees what was never written.
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
        tell?.(received);
      }
    } finally {
      beingRead.delete(response);
      bytes.destroy();
    }
  };

  // ---- A body piece by piece. ----

  /**
   * @param {string} method
   * @param {string} url
   * @param {Response} response
   * @param {AbortController} controller
   * @param {Timer} timer
   * @param {Milliseconds} bodyMs
   */
  const streamOf = (method, url, response, controller, timer, bodyMs) => {
    const body = bodyOf(response);
    const blocks = body && blocksOf(body, controller.signal, SMALL_BLOCK);
    const next = blocks?.read ?? wholeOf(response);
    if (blocks) release(timer, blocks.reader);
    let received = 0;
    /** @type {Uint8Array | undefined} */
    let rest; // of a chunk that is too large to be copied at once
    /** @type {ReturnType<Read> | undefined} */
    let ahead; // a read whose bytes nobody has asked for yet
    /** @type {Uint8Array | undefined} */
    let joined;
    let shared = false;
    // Firefox hands over 64 KB at a time, and to pass them on takes longer than to read them: so those
    // that are there already are joined to a large chunk, up to a megabyte and what the last of them has
    // more. A small one is passed on at once. If the read ahead fails, the next call gets that.
    /** @param {Uint8Array} first */
    const withNext = async (first) => {
      const isLarge = first.byteLength >= SMALL_BLOCK / 2 && first.byteLength <= BLOCK;
      if (!inFirefox || !isLarge || shared) return first;
      const block = joined ?? new Uint8Array(2 * BLOCK);
      joined = block;
      block.set(first);
      let size = first.byteLength;
      while (size < BLOCK) {
        ahead = next(); // into the block of a chunk that has been copied
        const found = await ifThere(ahead);
        if (!found || found.done || size + found.value.byteLength > block.byteLength) break;
        block.set(found.value, size);
        size += found.value.byteLength;
        ahead = undefined;
      }
      return block.subarray(0, size);
    };
    // One read after the other: the bytes of a read ahead are for the call that began it, or the next.
    /** @type {Promise<unknown>} */
    let last = Promise.resolve();
    /** @returns {Promise<Outcome>} */
    const read = async () => {
      try {
        if (!rest) {
          do {
            timer.arm(bodyMs);
            const reading = ahead ?? next();
            ahead = undefined;
            const { done, value } = await reading;
            if (controller.signal.aborted) throw controller.signal.reason;
            rest = done ? undefined : await withNext(value);
          } while (rest?.byteLength === 0); // an empty chunk would look like the end
          timer.arm(); // the time that Python takes between two reads does not count
          received += rest?.byteLength ?? 0;
        }
        if (rest) {
          const chunk = rest.subarray(0, LARGEST_CHUNK);
          rest = rest.byteLength > LARGEST_CHUNK ? rest.subarray(LARGEST_CHUNK) : undefined;
          return [0, chunk];
        }
        if (blocks && (await isShort(method, url, response, received))) throw shortBody;
        timer.end();
        return [0, undefined];
      } catch (error) {
        return brokenBody(response, timer, controller, error);
      }
    };
    const cancel = () => {
      timer.end();
      rest = undefined;
      blocks?.reader.cancel().catch(() => {});
      controller.abort();
    };
    // Reads the whole body, once. Each call ends after a while with the bytes so far, or with the
    // body, and a second number that is not 0.
    /** @type {Promise<Outcome> | undefined} */
    let whole;
    /** @param {Memory} bytes */
    const readWhole = async (bytes) => {
      try {
        blocks?.reader.releaseLock();
        const filled = await fill(
          bytes,
          response,
          controller.signal,
          timer,
          bodyMs,
          (count) => (received = count),
        );
        timer.end();
        if (await isShort(method, url, response, filled.received)) throw shortBody;
        return /** @type {Outcome} */ ([0, filled.received, 1, filled.content]);
      } catch (error) {
        return brokenBody(response, timer, controller, error);
      }
    };
    return {
      /** @param {number} id */
      next(id) {
        const outcome = last.then(read);
        last = outcome;
        deliver(id, outcome, cancel);
      },
      share() {
        shared = true;
        blocks?.share();
      },
      cancel,
      size: () => knownLength(response),
      /**
       * @param {number} id
       * @param {Memory} bytes
       */
      fill: (id, bytes) => {
        whole ??= readWhole(bytes);
        /** @type {Promise<Outcome>} */
        const soon = new Promise((resolve) => setTimeout(() => resolve([0, received, 0]), 100));
        deliver(id, Promise.race([whole, soon]), cancel);
      },
    };
  };

  // ---- Outcomes, and interrupts while one is waited for. ----

  // What aborts the work with an id; of a blocking call only if the host can interrupt it.
  /** @type {Map<number, () => void>} */
  const running = new Map();

  // Python does not see an interrupt while its stack is switched away, so JavaScript polls for it.
  // Meanwhile callbacks of others may run, and the interrupt is not theirs: Python looks at `guard`
  // instead of the host's buffer, and sees an interrupt only if nobody has taken it for two seconds,
  // because then a callback does not end. Waking a call runs Python code of Pyodide, and an interrupt
  // raised in there would leave the call waiting for ever: then Python sees no buffer at all, until
  // the call itself says that it is awake, or another one begins to wait, if that call was lost.
  /** @type {Interpreter["Py_EmscriptenSignalBuffer"]} */
  let hostBuffer;
  let waitingCalls = 0;
  let isWaking = false;
  let firstSeen = Infinity; // when Python looked, and an interrupt that nobody has taken was there
  let shown = 0; // what Python saw at its last look

  const guard = {
    get 0() {
      const signal = hostBuffer?.[0] ?? 0;
      firstSeen = signal ? Math.min(firstSeen, performance.now()) : Infinity;
      shown = performance.now() - firstSeen > 2000 ? signal : 0;
      return shown;
    },
    // After each look Python writes 0, whatever it has seen.
    set 0(signal) {
      if (hostBuffer && shown) hostBuffer[0] = signal;
    },
  };

  const signals = () => {
    const current = interpreter.Py_EmscriptenSignalBuffer;
    // The host may set another one at any time.
    if (current !== guard && (current || !isWaking)) hostBuffer = current;
    return hostBuffer;
  };

  // Sets what Python sees from now on.
  /**
   * @param {number} begin how many calls begin to wait; -1 if one ends
   * @param {boolean} wake whether Python is being woken
   */
  const arrange = (begin, wake) => {
    const found = signals();
    waitingCalls += begin;
    isWaking = wake;
    firstSeen = Infinity;
    const free = waitingCalls && found ? guard : found;
    interpreter.Py_EmscriptenSignalBuffer = wake ? undefined : free;
  };

  /**
   * @param {Promise<Outcome>} promise
   * @param {() => void} again waits anew
   * @returns {Promise<Outcome>}
   */
  const untilInterrupted = (promise, again) =>
    new Promise((resolve) => {
      let over = false;
      /** @param {Outcome} [outcome] */
      const look = (outcome) => {
        const found = signals();
        const signal = found?.[0];
        if (over || !(signal || outcome)) return;
        over = true;
        clearInterval(timer);
        if (found && signal) found[0] = 0;
        arrange(-1, true);
        const proceed = () => {
          arrange(0, false);
          return signal ? again : outcome;
        };
        resolve([-1, signal, proceed]);
      };
      arrange(1, false);
      const timer = setInterval(() => look(), 100);
      promise.then(look);
    });

  // A blocking call is only woken by its outcome: it continues when this call has ended.
  /**
   * @param {number} id
   * @param {Promise<Outcome>} promise
   * @param {() => void} abort
   */
  const deliverToBlocking = (id, promise, abort) => {
    const wait = () => {
      untilInterrupted(promise, wait).then((outcome) => settled(id, ...outcome));
    };
    if (!signals()) {
      // A host may have come meanwhile that can interrupt.
      promise.then((outcome) => (signals() ? wait() : settled(id, ...outcome)));
      return;
    }
    running.set(id, abort);
    promise.then(() => running.delete(id));
    wait();
  };

  /**
   * @param {number} id
   * @param {Promise<Outcome>} promise
   * @param {() => void} abort
   */
  const deliver = (id, promise, abort) => {
    if (id < 0) {
      deliverToBlocking(id, promise, abort);
      return;
    }
    running.set(id, abort);
    promise.then((outcome) => {
      const done = () => running.delete(id);
      // After an interrupt the task may not have been woken: then it gets the interrupt. A second call
      // for an id does no harm.
      /** @param {any} error */
      const again = (error) => {
        done();
        settled(id, ...(error?.type === "KeyboardInterrupt" ? [-1] : outcome));
      };
      if (!promising) {
        try {
          settled(id, ...outcome);
        } catch (error) {
          again(error);
        }
        done();
        return;
      }
      // The task continues inside this call, and may switch stacks there. The call is made a little
      // later: if the task is cancelled before, `abort` still has to reach the stream in the outcome,
      // hence `running` keeps it. callPromising rejects without a call where Pyodide has no JSPI
      // itself.
      settled.callPromising(id, ...outcome).then(done, again);
    });
  };

  // ---- The exchange. ----

  /**
   * @param {number} id
   * @param {AbortController} controller
   * @param {Timer} timer
   * @param {string} method
   * @param {string} url
   * @param {HeaderPairs} headers
   * @param {Body} body
   * @param {RequestCache | undefined} cache
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
    cache,
    options,
    times,
    stream,
  ) => {
    const started = performance.now();
    // Without a prototype: a page may have added members to that of all objects, and fetch would take
    // them for options.
    /** @type {RequestInit} */
    const init = /** @type {any} */ ({ __proto__: null, method, headers, cache, ...options });
    init.signal = controller.signal;
    let answered = false;
    /** @type {any} */
    let response;
    try {
      timer.arm(times[0]);
      if (body?.getBuffer) init.body = copyOf(body);
      else if (body !== undefined) init.body = body;
      response = await answerTo(url, init, timer, controller);
      answered = true;
      const unusable = whyUnusable(response);
      if (unusable) {
        timer.end();
        return pageFailure(new TypeError(unusable));
      }
      const elapsed = (performance.now() - started) / 1000;
      timer.arm();
      const { headers: received } = response;
      const rest = areFinal(response) ? received : undefined; // for when all of them are asked for
      /** @type {[0, ...unknown[]]} */
      const head = [
        0,
        response.status,
        response.statusText,
        response.redirected,
        addressOf(response, url),
        response.type,
        rest ? commonLinesOf(rest) : linesOf(received),
        rest,
        elapsed,
      ];
      // The signal and the timer live on in the stream, which ends them.
      if (stream) return [...head, streamOf(method, url, response, controller, timer, times[1])];
      const length = knownLength(response);
      const bytes = memoryFor(id, length);
      const filled = bytes && (await fill(bytes, response, controller.signal, timer, times[1]));
      if (filled) {
        timer.end();
        if (await isShort(method, url, response, filled.received)) throw shortBody;
        return [...head, filled.content];
      }
      // A Response without a URL is one that a page has made, and may not heed the signal.
      const all = times[1] === undefined && !isCoded(response) && response.url;
      const content = await (all
        ? response.arrayBuffer()
        : gather(response, timer, controller, times[1]));
      timer.end();
      if (content?.byteLength === undefined) {
        return pageFailure(new TypeError("arrayBuffer() gave no ArrayBuffer"));
      }
      if (await isShort(method, url, response, content.byteLength)) throw shortBody;
      return [...head, content];
    } catch (error) {
      if (!answered) {
        const failed = failure(1, timer, controller, error);
        // Without fetch nothing else could be found out either.
        return typeof globalThis.fetch === "function" ? failed : pageFailure(error);
      }
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
     * @param {RequestCache | undefined} cache
     * @param {RequestInit | undefined} options
     * @param {Milliseconds} headersMs
     * @param {Milliseconds} bodyMs
     * @param {boolean} stream
     * @param {AbortSignal | undefined} signal
     */
    start(id, method, url, headerText, body, cache, options, headersMs, bodyMs, stream, signal) {
      let controller;
      try {
        controller = new AbortController();
      } catch (error) {
        deliver(id, Promise.resolve(pageFailure(error)), () => {});
        return;
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
      deliver(
        id,
        exchange(id, controller, timer, method, url, headers, body, cache, options, times, stream),
        () => {
          timer.end();
          controller.abort();
        },
      );
    },
    linesOf,
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
        /** @type {ReturnType<typeof setTimeout> | undefined} */
        let timer;
        abort = () => {
          stop(timer);
          resolve([0]);
        };
        try {
          timer = setTimeout(resolve, milliseconds, [0]);
        } catch (error) {
          resolve(pageFailure(error));
        }
      });
      deliver(id, over, abort);
    },
  };
};
