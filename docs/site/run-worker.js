// Runs the examples of one page, each alone, in a Pyodide of their own.

const here = new URL(".", location.href);
const starting = start();
/** @type {Promise<unknown>} */
let last = starting;

async function start() {
  const { loadPyodide } = await import(new URL("pyodide/pyodide.mjs", here).href);
  const pyodide = await loadPyodide({ packages: ["pyfetch-requests"] });
  const examples = await (await fetch(new URL("examples.py", here))).text();
  pyodide.FS.writeFile("examples.py", examples);
  pyodide.FS.writeFile("cat.png", "PNG");
  await pyodide.runPythonAsync(`
import contextlib, io, traceback

import examples
from pyfetch_requests import testing


async def press(text, name):
    printed = io.StringIO()
    failure = shown = html = None
    gave = {}
    # What asks the browser itself needs no server.
    server = contextlib.nullcontext() if "import js\\n" in text else testing.mocked(examples.answer)
    try:
        with server, contextlib.redirect_stdout(printed):
            value, gave = await examples.run(text, name)
        if value is not None:
            show = getattr(value, "_repr_html_", None)
            html = show() if show else None
            shown = None if len(text.splitlines()) in gave else repr(value)
    except BaseException:
        failure = traceback.format_exc()
    return [printed.getvalue(), shown, html, failure, list(gave.items())]
`);
  return { pyodide, press: pyodide.globals.get("press") };
}

/** @param {{ number: number, text: string, name: string }} example */
async function run({ number, text, name }) {
  try {
    const { pyodide, press } = await starting;
    await pyodide.loadPackagesFromImports(text);
    const result = await press(text, name);
    const [printed, shown, html, failure, gave] = result.toJs();
    result.destroy();
    postMessage({ number, printed, shown, html, failure, gave });
  } catch (error) {
    postMessage({ number, failure: String(error) });
  }
}

// What an example prints must not come to another one.
addEventListener("message", ({ data }) => {
  last = last.then(() => run(data));
});
