// A module worker that runs what the page sends it: {id, code} with the URL of a module, whose
// default export is called; answered as worker.mjs beside does.
import "./logs.js";

self.onmessage = async ({ data: { id, code } }) => {
  try {
    self.postMessage({ id, ok: true, result: await (await import(code)).default() });
  } catch (error) {
    const { message = "", stack = "" } = /** @type {Partial<Error>} */ (error ?? {});
    self.postMessage({ id, ok: false, error: String(error), message, stack });
  }
};
