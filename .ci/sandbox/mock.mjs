// A mock of this checkout, as a process of its own.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * Starts the mock at an address, and returns once it listens.
 *
 * `root` is the API's root, `origin` what the page lies at, `stop` ends it.
 */
export async function startMock(binary, address = "127.0.0.1:0") {
  const env = { ...process.env };
  delete env.TALLY_TOKEN;
  delete env.TALLY_ADMIN_TOKEN;
  const child = spawn(binary, ["mock", "--addr", address], { env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const root = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /^listening on (.*)$/.exec(line);
      if (found) resolve(found[1]);
    });
    ended.then((code) => reject(new Error(`the mock ended with ${code}`)));
    child.once("error", reject);
  });
  const url = new URL(root);
  const stop = async () => { child.kill("SIGTERM"); await ended; };
  return { root, origin: url.origin, address: url.host, stop };
}

/** Speaks to a mock: its API, and its own API. */
export function speaking(mock) {
  const send = async (path, body, token = "any") => {
    const headers = { "Content-Type": "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    const response = await fetch(mock.root + path, { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) });
    return { status: response.status, body: await response.text() };
  };
  const ask = async (path, method = "GET", body) => {
    const response = await fetch(`${mock.origin}/_tally/${path}`, { method, body: body && JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  return { send, ask };
}
