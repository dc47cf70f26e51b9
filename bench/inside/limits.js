// What JavaScript itself takes for the same work: the limit. Each function gives what was
// received, in a number that the harness compares.
/**
 * @typedef {object} EmscriptenFiles
 * @property {(path: string, flags: string) => object} open
 * @property {(file: object, data: Uint8Array, offset: number, length: number) => number} write
 * @property {(file: object) => void} close
 * @property {(path: string) => { size: number }} stat
 */
(() => {
  /** @param {Response} response */
  const bodyOf = ({ body }) => {
    if (body === null) throw new Error("a response without a body");
    return body;
  };
  /** @param {string} url */
  const ask = async (url) => (await fetch(url)).json();
  /**
   * @param {string} url
   * @param {(chunk: Uint8Array) => void} take
   */
  const streamed = async (url, take) => {
    const reader = bodyOf(await fetch(url)).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      take(value);
    }
  };
  /**
   * @param {string} url
   * @param {(line: string) => void} take
   */
  const splitLines = async (url, take) => {
    const response = await fetch(url);
    const reader = bodyOf(response).pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) take(line);
    }
    if (rest) take(rest);
  };
  /**
   * @param {string} url
   * @param {(data: string) => void} take
   */
  const splitEvents = async (url, take) => {
    /** @type {string[]} */
    let data = [];
    await splitLines(url, (line) => {
      if (line.startsWith("data: ")) data.push(line.slice(6));
      else if (line === "" && data.length) {
        take(data.join("\n"));
        data = [];
      }
    });
  };
  // The bytes of a synchronous request: in a page they have to come as text.
  /** @param {string} url */
  const xhrBytes = (url) => {
    const xhr = new XMLHttpRequest();
    xhr.open("GET", url, false);
    if (typeof document === "undefined") {
      xhr.responseType = "arraybuffer";
      xhr.send();
      return new Uint8Array(xhr.response);
    }
    xhr.overrideMimeType("text/plain; charset=x-user-defined");
    xhr.send();
    const text = xhr.responseText;
    const bytes = new Uint8Array(text.length);
    for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
    return bytes;
  };
  return {
    /**
     * @param {string} url
     * @param {number} count
     */
    async sequential(url, count) {
      let sum = 0;
      for (let index = 0; index < count; index++) sum += (await ask(url)).id;
      return sum;
    },
    /**
     * @param {string} url
     * @param {number} count
     */
    async concurrent(url, count) {
      const values = await Promise.all(Array.from({ length: count }, () => ask(url)));
      return values.reduce((sum, value) => sum + value.id, 0);
    },
    /** @param {string} url */
    parsed: async (url) => (await ask(url)).length,
    /** @param {string} url */
    content: async (url) => (await (await fetch(url)).arrayBuffer()).byteLength,
    /** @param {string} url */
    async streamed(url) {
      let length = 0;
      await streamed(url, (chunk) => (length += chunk.byteLength));
      return length;
    },
    /**
     * @param {string} url
     * @param {BodyInit} body
     */
    uploaded: async (url, body) => (await fetch(url, { method: "POST", body })).json(),
    /** @param {string} url */
    async lines(url) {
      let count = 0;
      await splitLines(url, () => (count += 1));
      return count;
    },
    /** @param {string} url */
    async events(url) {
      let count = 0;
      await splitEvents(url, (data) => (count += Number(data !== "")));
      return count;
    },
    /**
     * @param {string} url
     * @param {EmscriptenFiles} files
     * @param {string} path
     */
    async saved(url, files, path) {
      const file = files.open(path, "w");
      await streamed(url, (chunk) => files.write(file, chunk, 0, chunk.byteLength));
      files.close(file);
      return files.stat(path).size;
    },
    /** @param {number} size */
    fileOf: (size) => new File([new Uint8Array(size)], "a.bin"),
    /** @param {string} url */
    async values(url) {
      let sum = 0;
      await splitLines(url, (line) => (sum += JSON.parse(line).id));
      return sum;
    },
    /**
     * @param {string} url
     * @param {number} count
     */
    xhr(url, count) {
      let sum = 0;
      for (let index = 0; index < count; index++) {
        const xhr = new XMLHttpRequest();
        xhr.open("GET", url, false);
        xhr.send();
        sum += JSON.parse(xhr.responseText).id;
      }
      return sum;
    },
    xhrBytes,
    /** @param {string} url */
    xhrLines: (url) => new TextDecoder().decode(xhrBytes(url)).trimEnd().split("\n").length,
    /** @param {number} size */
    bytesBy: (size) => new Uint8Array(size),
  };
})();
