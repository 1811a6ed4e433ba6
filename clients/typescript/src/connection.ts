import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./api.js";
import type { Bytes } from "./bytes.js";
import { RenkeiError, untrue } from "./errors.js";

export type Schemas = components["schemas"];

export const AWAY = "E-HUB-UNREACHABLE";
export const ATTEMPTS = 4;
const FIRST_PAUSE = 500; // milliseconds; doubled after each attempt
const LONGEST_PAUSE = 10_000;
const LATER = new Set([429, 500, 502, 503, 504]);

interface Answer<Of> {
  data?: Of;
  error?: unknown;
  response: Response;
}

/** A question to the hub, in the words of its OpenAPI document. */
export type Ask<Of> = (api: Client<paths>) => Promise<Answer<Of>>;

/** HTTP to one hub. Every call may be repeated, and is, when the hub is away or says "later". */
export class Connection {
  readonly #client: Client<paths>;
  readonly #url: string;
  /** The token of a sign-in, "" without one. */
  token = "";

  constructor(url: string) {
    this.#url = url;
    this.#client = createClient<paths>({ baseUrl: url, redirect: "error" });
    this.#client.use({
      onRequest: ({ request }) => {
        if (this.token) request.headers.set("Authorization", `Bearer ${this.token}`);
        return request;
      },
    });
  }

  /** What the hub answers. Throws RenkeiError with the hub's own words. */
  async call<Of>(ask: Ask<Of>): Promise<Of> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const answer = await ask(this.#client).catch(() => undefined);
      if (answer && !LATER.has(answer.response.status)) return settled(answer);
      const wished = 1000 * Number(answer?.response.headers.get("Retry-After") ?? 0);
      if (attempt + 1 < ATTEMPTS) await rest(attempt, wished || 0);
    }
    throw away();
  }

  /** A public file. Throws RenkeiError. */
  async file(path: string): Promise<Bytes> {
    return this.call(async () => {
      const response = await fetch(new URL(path, this.#url), { redirect: "error" });
      return { data: response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined, response };
    });
  }
}

/** Wait before the next attempt. */
export function rest(attempt: number, wished = 0): Promise<void> {
  const pause = Math.min(Math.max(FIRST_PAUSE * 2 ** attempt, wished), LONGEST_PAUSE);
  return new Promise((resolve) => setTimeout(resolve, pause));
}

export const away = (): RenkeiError =>
  new RenkeiError(AWAY, "ハブにつながりません。", "しばらくしてから、もう一度実行してください。");

/** A refusal in the hub's words. */
export function refusal(problem: Schemas["Problem"]): RenkeiError {
  const { code, title, detail, status, findings } = problem;
  return new RenkeiError(code, title, detail, status, findings);
}

function settled<Of>({ data, error, response }: Answer<Of>): Of {
  if (data !== undefined || response.status === 204) return data as Of;
  const problem = error as Schemas["Problem"] | undefined;
  throw problem?.code ? refusal(problem) : untrue(`HTTP ${response.status} without a problem document`);
}
