/**
 * Fetches what the notebook in front will need while its reader still reads, so that it lies in the
 * browser's cache when the first cell runs. Waits until the page itself has come.
 */
// JupyterLab takes it out of the address later.
const path = new URLSearchParams(location.search).get("path") ?? "";
addEventListener("load", async () => {
  /** @type {Record<string, string[]>} by notebook, the files of its packages */
  const needed = await (await fetch("preload.json")).json();
  for (const file of needed[path] ?? []) {
    const answer = await fetch(`../static/pyodide/${file}`, { priority: "low" });
    await answer.arrayBuffer();
  }
});
