// Runs the examples of one page, one after the other, in a Pyodide of its own.

const here = new URL(".", location.href);
const starting = start();

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

mocking = testing.mocked(examples.answer)
mocking.__enter__()
names = examples.namespace()

async def press(text, name):
    printed = io.StringIO()
    failure = shown = html = None
    try:
        with contextlib.redirect_stdout(printed):
            value = await examples.run(text, name, names)
        if value is not None:
            show = getattr(value, "_repr_html_", None)
            html = show() if show else None
            shown = repr(value)
    except BaseException:
        failure = traceback.format_exc()
    return [printed.getvalue(), shown, html, failure]
`);
  return pyodide.globals.get("press");
}

addEventListener("message", async ({ data: { number, text, name } }) => {
  try {
    const press = await starting;
    const result = await press(text, name);
    const [printed, shown, html, failure] = result.toJs();
    postMessage({ number, printed, shown, html, failure });
  } catch (error) {
    postMessage({ number, failure: String(error) });
  }
});
