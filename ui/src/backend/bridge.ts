import type { CommandError, Event } from "../api/bindings/index";
import type { Backend } from "./backend";
import { download } from "./download";

const clientKey = "foundational.client";

/** One id per window, also after a reload: a session belongs to a window. */
function client(): string {
  const known = sessionStorage.getItem(clientKey);
  if (known) return known;
  const fresh = crypto.randomUUID();
  sessionStorage.setItem(clientKey, fresh);
  return fresh;
}

const unreachable: CommandError = {
  code: "unavailable",
  message: "Foundational doesn't answer.",
  hint: "Check that it is still running, then try again.",
  field: null,
};

function isCommandError(value: unknown): value is CommandError {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}

/** HTTP on the page's own origin. The program that serves the page adds the secret. */
export function bridge(): Backend {
  const id = client();
  return {
    platform: "browser",
    async call(command, args) {
      let answer: Response;
      let body: unknown;
      try {
        answer = await fetch("/bridge/call", {
          method: "POST",
          headers: { "content-type": "application/json", "x-foundational-client": id },
          body: JSON.stringify({ command, args }),
        });
        body = await answer.json();
      } catch {
        throw unreachable;
      }
      if (answer.ok) return body as never;
      throw isCommandError(body) ? body : unreachable;
    },
    onEvent(listener) {
      const source = new EventSource(`/bridge/events?client=${encodeURIComponent(id)}`);
      let lost = false;
      source.onmessage = (message: MessageEvent<string>) => listener(JSON.parse(message.data) as Event);
      source.onerror = () => (lost = true);
      source.onopen = () => {
        // What happened in between is unknown, so everything on the screen asks again.
        if (lost) listener({ topic: "lagged", connectionId: null, id: null });
        lost = false;
      };
      return () => source.close();
    },
    copyText: (text) => navigator.clipboard.writeText(text),
    saveText: (name, text) => Promise.resolve(download(name, text, "text/plain;charset=utf-8")),
    saveBytes: (name, bytes) => Promise.resolve(download(name, bytes, "application/zip")),
    async forgetCopied(text) {
      if ((await navigator.clipboard.readText()) === text) await navigator.clipboard.writeText("");
    },
  };
}
