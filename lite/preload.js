/**
 * Fetches what the notebook in front will need while JupyterLab still starts and its reader still
 * reads, so that it lies in the browser's cache when Python asks for it.
 */
// JupyterLab takes it out of the address later.
const path = new URLSearchParams(location.search).get("path") ?? "";
const pyodide = "../static/pyodide";
// Chromium compiles a program once for all threads of a page: Python's worker gets this one.
// @ts-expect-error: kept, because it is forgotten with its last user
window.program = WebAssembly.compileStreaming(fetch(`${pyodide}/pyodide.asm.wasm`));
// The page itself comes first.
addEventListener("load", async () => {
  /** @type {Record<string, string[]>} by notebook, the files of Python and of its packages */
  const needed = await (await fetch("preload.json")).json();
  for (const file of needed[path] ?? []) {
    const answer = await fetch(`${pyodide}/${file}`, { priority: "low" });
    await answer.arrayBuffer();
  }
});
