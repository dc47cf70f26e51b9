// What the tests keep in the global scope of a page, a worker or a process.
export {};

declare global {
  /** Everything that was printed there. */
  var logs: string[];
  /** What makes text and URLs trusted, in browsers that know it. */
  var trustedTypes: TrustedTypes | undefined;
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown;
}
