import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plugin } from "vite";
import type { BrowserCommand } from "vitest/node";
import type { Sent } from "./sent";

/** Runs the real core for tests in the browser. This file runs in Node, beside the page. */

const program = process.env["FOUNDATIONAL"] ?? join(import.meta.dirname, "../../../target/debug/foundational");

interface Core {
  process: ChildProcess;
  folder: string;
  url: string;
  secret: string;
}
/** The running cores, by the id of the window that uses each. Vitest loads this file twice: for its commands and for
 *  the server of the page. */
const shared = globalThis as { foundationalCores?: Map<string, Core> };
const cores = (shared.foundationalCores ??= new Map<string, Core>());

function stop(client: string): void {
  const core = cores.get(client);
  cores.delete(client);
  core?.process.kill();
  if (core) rmSync(core.folder, { recursive: true, force: true });
}
process.once("exit", () => [...cores.keys()].forEach(stop));

async function ticket(folder: string, child: ChildProcess): Promise<{ url: string; secret: string }> {
  const file = join(folder, "bridge.json");
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    if (existsSync(file)) {
      const text = readFileSync(file, "utf8");
      if (text.endsWith("}")) return JSON.parse(text) as { url: string; secret: string };
    }
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}.`);
    await new Promise((next) => setTimeout(next, 20));
  }
  throw new Error(`${program} does not answer.`);
}

/** Starts a core on an empty data folder for the window `client`. */
const startCore: BrowserCommand<[client: string]> = async (_, client) => {
  if (!existsSync(program)) throw new Error(`Build ${program} first: cargo build -p foundational`);
  stop(client);
  const folder = mkdtempSync(join(tmpdir(), "foundational-ui-"));
  const child = spawn(program, ["--data", folder, "serve", "--listen", "127.0.0.1:0"], { stdio: "ignore" });
  try {
    cores.set(client, { process: child, folder, ...(await ticket(folder, child)) });
  } catch (error) {
    child.kill();
    throw error;
  }
};

const stopCore: BrowserCommand<[client: string]> = (_, client) => stop(client);

/** Sends a request as an identity provider does: a page cannot, for it is of another origin. */
const send: BrowserCommand<[sent: Sent]> = async (_, { method, url, headers, body }) => {
  const answer = await fetch(url, { method, headers, body });
  return { status: answer.status, body: await answer.text() };
};

export const commands = { startCore, stopCore, send };

/** Passes `/bridge/` on to the core of the window and adds its secret, as the program that serves a page does. */
function pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const url = new URL(incoming.url ?? "/", "http://core");
  const client = incoming.headers["x-foundational-client"] ?? url.searchParams.get("client") ?? "";
  const core = cores.get(String(client));
  if (!core) return void outgoing.writeHead(503).end();
  const headers = {
    authorization: `Bearer ${core.secret}`,
    "content-type": incoming.headers["content-type"] ?? "",
    ...(incoming.headers["x-foundational-client"] ? { "x-foundational-client": String(client) } : {}),
  };
  const to = request(`${core.url}/bridge${incoming.url ?? ""}`, { method: incoming.method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  to.on("error", () => outgoing.destroy());
  outgoing.on("close", () => to.destroy());
  incoming.pipe(to);
}

export function coreBridge(): Plugin {
  return { name: "core-bridge", configureServer: (server) => void server.middlewares.use("/bridge", pass) };
}
