/**
 * Runs compiled.py in a Pyodide, whose bytecode nobody else writes.
 *
 * Usage: node lite/compile.mjs RUNTIME FROM TO FILE ...
 */
import { readFileSync } from "node:fs";

const [runtime, from, to, ...files] = process.argv.slice(2);
const { loadPyodide } = await import(`${runtime}/pyodide.mjs`);
const python = await loadPyodide();
const folders = { "/from": from, "/to": to, "/tools": import.meta.dirname };
for (const [path, root] of Object.entries(folders)) {
  python.FS.mkdir(path);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, path);
}
python.runPython(`import sys; sys.argv = ${JSON.stringify(["compiled.py", ...files])}`);
python.runPython(readFileSync(new URL("compiled.py", import.meta.url), "utf8"));
