// A button at every example of Python that can run here; the result appears below it.

const here = new URL(".", /** @type {HTMLScriptElement} */ (document.currentScript).src);

/** @typedef {{ code: HTMLElement, box: HTMLElement, button: HTMLButtonElement }} Example */
/** @typedef {{ number: number, printed?: string, shown?: string, html?: string, failure?: string,
 *   gave?: [number, string][] }} Result */

/** @type {Example[]} */
const examples = [];
/** @type {Worker | undefined} */
let worker;
/** @type {Map<number, (result: Result) => void>} */
const waiting = new Map();

/** @param {number} number @returns {Promise<Result>} */
function ask(number) {
  if (!worker) {
    worker = new Worker(new URL("run-worker.js", here), { type: "module" });
    worker.addEventListener("message", ({ data }) => waiting.get(data.number)?.(data));
    worker.addEventListener("error", () => {
      for (const [each, settle] of waiting)
        settle({ number: each, failure: "Python did not start." });
    });
  }
  const text = examples[number].code.textContent;
  worker.postMessage({ number, text, name: `example ${number + 1}` });
  return new Promise((resolve) => waiting.set(number, resolve));
}

/** @param {Example} example @param {Result} result */
function show({ box, code }, result) {
  const lines = (code.textContent ?? "").split("\n");
  box.replaceChildren();
  /** @param {string | undefined | null} text @param {string} kind */
  const add = (text, kind) => {
    if (!text) return;
    const part = document.createElement("pre");
    part.className = kind;
    part.textContent = text;
    box.append(part);
  };
  add(result.printed, "pfr-printed");
  for (const [line, text] of result.gave ?? [])
    add(`${lines[line - 1].split("# ->")[0].trim()}  # -> ${text}`, "pfr-gave");
  if (result.html) {
    const part = document.createElement("div");
    part.className = "pfr-html";
    // What the site's own style says of details and tables does not reach in there.
    part.attachShadow({ mode: "open" }).innerHTML = result.html;
    box.append(part);
  } else {
    add(result.shown, "pfr-shown");
  }
  add(result.failure, "pfr-failed");
  if (!box.hasChildNodes()) add("done", "pfr-printed");
  box.dataset.state = result.failure ? "failed" : "done";
  box.hidden = false;
}

/** @param {number} number */
async function run(number) {
  const example = examples[number];
  example.button.disabled = true;
  example.button.textContent = "running …";
  show(example, await ask(number));
  example.button.disabled = false;
  example.button.textContent = "Run";
}

async function begin() {
  const { pages, elsewhere } = await (await fetch(new URL("examples.json", here))).json();
  const root = new URL("../../", here).href;
  const page = location.href.split(/[?#]/)[0].slice(root.length) || "index.html";
  const source = page.replace(/\.html$/, ".md").replace(/index\.md$/, "README.md");
  if (!pages.includes(source)) return;
  for (const code of document.querySelectorAll(".language-python code")) {
    const block = /** @type {HTMLElement} */ (code.closest(".language-python"));
    const text = code.textContent ?? "";
    if (elsewhere.some((/** @type {string} */ word) => text.includes(word))) continue;
    const number = examples.length;
    const button = document.createElement("button");
    button.className = "pfr-run";
    button.textContent = "Run";
    button.addEventListener("click", () => run(number));
    const box = document.createElement("div");
    box.className = "pfr-result";
    box.hidden = true;
    block.before(button);
    block.after(box);
    examples.push({ code: /** @type {HTMLElement} */ (code), box, button });
  }
  document.body.dataset.examples = String(examples.length);
}

begin();
