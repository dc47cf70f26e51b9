// What the tests keep in the global scope of a page, a worker or a process.
export {};

declare global {
  /** Everything that was printed there. */
  var logs: string[];
}
