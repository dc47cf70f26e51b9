// What passes between Python and the JavaScript files beside this one, and what browsers and
// Pyodide have that TypeScript does not declare. For tsc only: it is not in the wheel.

/** What became of a promise, as a list: see the head of fetch.js. */
export type Success = [stage: 0, ...values: unknown[]];
export type Failure = [stage: 1 | 2, cause: string, name: string, message: string, about: string];
/** Of a call that a host can interrupt: it continues as `proceed` says. */
export type Interrupt = [
  stage: -1,
  signal: number | undefined,
  proceed: () => Outcome | (() => void) | undefined,
];
export type Outcome = Success | Failure | Interrupt;

export type HeaderPairs = [name: string, value: string][];
/** A number of milliseconds; no limit where it is undefined. */
export type Milliseconds = number | undefined;

/** A Python object with a buffer, as Pyodide shows it. */
export type PyBuffer = {
  getBuffer(type: "u8"): { data: Uint8Array<ArrayBuffer>; release(): void };
};
/** Bytes in Python's memory, or what fetch and XMLHttpRequest take themselves. */
export type Body = PyBuffer | ((Blob | string) & { getBuffer?: undefined }) | null | undefined;

/** The Python function that takes the outcomes. */
export type Settled = {
  (id: number, ...outcome: unknown[]): void;
  readonly callPromising?: (id: number, ...outcome: unknown[]) => Promise<void>;
};
/** The Python function that gives memory for the body of an exchange, none where nobody waits for it. */
export type Allocate = (id: number, length: number) => Memory | undefined;
/** The bytes of Python's that a body is written into; destroyed when nothing is written any more. */
export type Memory = PyBuffer & { destroy(): void };
/** What is used of Emscripten's module: the buffer by which a host interrupts Python, and its memory. */
export type Interpreter = {
  Py_EmscriptenSignalBuffer?: { 0: number };
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
};

/** The time limit of one exchange, and the user's signal. */
export type Timer = {
  expired: boolean;
  arm(milliseconds?: number): void;
  /** Called after an abort, for what may not heed the signal. */
  release(): void;
  end(): void;
};
/** The body of a response. */
export type Bytes = ReadableStream<Uint8Array<ArrayBuffer>>;
/** One call of `reader.read()`. */
export type Read = () => Promise<ReadableStreamReadResult<Uint8Array<ArrayBuffer>>>;
export type Reader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

/** A synchronous request that is over; what is not known is undefined. */
export type Exchange = {
  xhr: XMLHttpRequest;
  size: number | undefined;
  coded: number | undefined;
  moved: boolean;
};

declare global {
  var Deno: object | undefined;
}
