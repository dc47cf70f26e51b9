// A module worker that runs what the page sends it: {id, code} with the body of an async function,
// answered with {id, ok, result} or {id, ok, error, message, stack}.
self.logs = [];
for (const level of /** @type {const} */ (["debug", "log", "info", "warn", "error"])) {
  console[level] = (...parts) => self.logs.push(`${level}: ${parts.join(" ")}`);
}
self.addEventListener("unhandledrejection", (event) =>
  console.error("unhandled rejection", event.reason),
);

const AsyncFunction = /** @type {FunctionConstructor} */ ((async () => {}).constructor);

self.onmessage = async ({ data: { id, code } }) => {
  try {
    self.postMessage({ id, ok: true, result: await new AsyncFunction(code)() });
  } catch (error) {
    const { message = "", stack = "" } = /** @type {Partial<Error>} */ (error ?? {});
    self.postMessage({ id, ok: false, error: String(error), message, stack });
  }
};
