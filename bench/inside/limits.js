// What JavaScript itself takes for the same work: the limit. Each function gives what was
// received, in a number that the harness compares.
(() => {
  const ask = async (url) => (await fetch(url)).json();
  const streamed = async (url, take) => {
    const reader = (await fetch(url)).body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      take(value);
    }
  };
  const splitLines = async (url, take) => {
    const response = await fetch(url);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      for (const line of lines) take(line);
    }
    if (rest) take(rest);
  };
  // The bytes of a synchronous request: in a page they have to come as text.
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
    async sequential(url, count) {
      let sum = 0;
      for (let index = 0; index < count; index++) sum += (await ask(url)).id;
      return sum;
    },
    async concurrent(url, count) {
      const values = await Promise.all(Array.from({ length: count }, () => ask(url)));
      return values.reduce((sum, value) => sum + value.id, 0);
    },
    parsed: async (url) => (await ask(url)).length,
    content: async (url) => (await (await fetch(url)).arrayBuffer()).byteLength,
    async streamed(url) {
      let length = 0;
      await streamed(url, (chunk) => (length += chunk.byteLength));
      return length;
    },
    uploaded: async (url, body) => (await fetch(url, { method: "POST", body })).json(),
    async lines(url) {
      let count = 0;
      await splitLines(url, () => (count += 1));
      return count;
    },
    async values(url) {
      let sum = 0;
      await splitLines(url, (line) => (sum += JSON.parse(line).id));
      return sum;
    },
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
    xhrLines: (url) => new TextDecoder().decode(xhrBytes(url)).trimEnd().split("\n").length,
    bytesBy: (size) => new Uint8Array(size),
  };
})();
