// The runner reads what was printed, page and worker alike, from self.logs.
self.logs = [];
for (const level of /** @type {const} */ (["debug", "log", "info", "warn", "error"])) {
  console[level] = (...parts) => self.logs.push(`${level}: ${parts.join(" ")}`);
}
self.addEventListener("unhandledrejection", (event) =>
  console.error("unhandled rejection", event.reason),
);
// Where the policy asks for trusted types: URLs of scripts are trusted, for the worker's sake, and
// no text is ever made a script.
globalThis.trustedTypes?.createPolicy("default", { createScriptURL: (url) => url });
