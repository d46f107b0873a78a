/** How requests are sent and answers read: JSON both ways, refusals as problem documents, and the server's time by the way. */

import { parseProblem, Unreachable } from "./problem.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Sending {
  readonly body?: object | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until the answer is given up; pictures take longer than words. */
  readonly patience?: number;
}

const PATIENCE_MS = 20_000;

export class Http {
  readonly #fetch: Fetch;
  readonly #language: () => string;
  #clockAhead = 0;

  constructor(language: () => string, fetchWith: Fetch = (url, init) => fetch(url, init)) {
    this.#language = language;
    this.#fetch = fetchWith;
  }

  /** The server's time, as near as its last answer tells: a device whose clock is wrong must still count down right. */
  now(): number {
    return Date.now() - this.#clockAhead;
  }

  async send<T>(method: "GET" | "POST", url: string, { body, headers = {}, patience = PATIENCE_MS }: Sending = {}): Promise<T> {
    const init: RequestInit = {
      method, credentials: "omit", cache: "no-store", redirect: "error", signal: AbortSignal.timeout(patience),
      headers: {
        Accept: "application/json", "Accept-Language": this.#language(), ...headers,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    let response: Response;
    let answer: string;
    try {
      response = await this.#fetch(url, init);
      answer = await response.text();
    } catch (cause) {
      throw new Unreachable(`${method} ${url}`, { cause });
    }
    const told = Date.parse(response.headers.get("date") ?? "");
    // The header has whole seconds; a device that is less than three off is left alone.
    if (!Number.isNaN(told)) this.#clockAhead = Math.abs(Date.now() - told) < 3_000 ? 0 : Date.now() - told;
    if (!response.ok) throw parseProblem(response.status, response.headers.get("content-type"), answer);
    return JSON.parse(answer) as T;
  }

  /** An answer that goes on for as long as the server has something to tell, until `signal`. */
  async stream(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    let response: Response;
    try {
      response = await this.#fetch(url, {
        method: "GET", credentials: "omit", cache: "no-store", redirect: "error", signal,
        headers: { Accept: "text/event-stream", "Accept-Language": this.#language(), ...headers },
      });
    } catch (cause) {
      throw new Unreachable(`GET ${url}`, { cause });
    }
    if (!response.ok) throw parseProblem(response.status, response.headers.get("content-type"), await response.text());
    if (response.body === null) throw new Unreachable(`GET ${url}`);
    return response.body;
  }
}
