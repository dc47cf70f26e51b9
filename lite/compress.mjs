/**
 * Writes a copy in Brotli and one in gzip beside each text file, for servers that send those.
 *
 * Usage: node lite/compress.mjs FOLDER CACHE
 *
 * The best compression takes a second for each 300 KB, so copies are kept in CACHE, by the file's hash.
 */
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const TYPES = [".css", ".html", ".ipynb", ".js", ".json", ".mjs", ".svg", ".wasm"];
const [folder, cache] = process.argv.slice(2);

/** @type {Record<string, (content: Buffer) => Promise<Buffer>>} */
const CODINGS = {
  ".gz": (content) => promisify(gzip)(content, { level: 9 }),
  ".br": (content) =>
    promisify(brotliCompress)(content, {
      params: {
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    }),
};

/** @param {string} file */
async function compress(file) {
  const content = readFileSync(file);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 32);
  for (const [ending, pack] of Object.entries(CODINGS)) {
    const kept = join(cache, hash + ending);
    if (!existsSync(kept)) {
      const partial = `${kept}.${process.pid}`;
      writeFileSync(partial, await pack(content));
      renameSync(partial, kept);
    }
    copyFileSync(kept, file + ending);
  }
}

mkdirSync(cache, { recursive: true });
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((one) => one.isFile() && TYPES.includes(extname(one.name)))
  .map((one) => join(one.parentPath, one.name))
  .filter((file) => readFileSync(file).length >= 1024);
await Promise.all(files.map(compress));
