// Runs what comes in by lines: each line is the body of an async function as a JSON string, and is
// answered by one line, {result} or {error, stack}. Works in Node and in Deno.
import { createInterface } from "node:readline";

globalThis.logs = [];
for (const level of /** @type {const} */ (["debug", "log", "info", "warn", "error"])) {
  console[level] = (...parts) => globalThis.logs.push(`${level}: ${parts.join(" ")}`);
}
process.on("unhandledRejection", (error) => console.error("unhandled rejection", error));

const AsyncFunction = /** @type {FunctionConstructor} */ ((async () => {}).constructor);
/** @param {string} code */
const answerTo = async (code) => {
  try {
    return { result: await new AsyncFunction(code)() };
  } catch (error) {
    const { stack = "" } = /** @type {Partial<Error>} */ (error ?? {});
    return { error: String(error), stack: String(stack) };
  }
};

const lines = createInterface({ input: process.stdin });
// Whoever gave the orders has gone, perhaps in the middle of one.
lines.on("close", () => process.exit());
for await (const line of lines) {
  process.stdout.write(`${JSON.stringify(await answerTo(JSON.parse(line)))}\n`);
}
