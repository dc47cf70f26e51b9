/**
 * Runs compiled.py in a Pyodide, whose bytecode nobody else writes.
 *
 * Usage: node lite/compile.mjs RUNTIME FROM TO WHEEL ...
 */
import { readFileSync } from "node:fs";

const [runtime, from, to, ...wheels] = process.argv.slice(2);
const { loadPyodide } = await import(`${runtime}/pyodide.mjs`);
const python = await loadPyodide();
for (const [path, root] of Object.entries({ "/from": from, "/to": to })) {
  python.FS.mkdir(path);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, path);
}
python.runPython(`import sys; sys.argv = ${JSON.stringify(["compiled.py", ...wheels])}`);
python.runPython(readFileSync(new URL("compiled.py", import.meta.url), "utf8"));
