/** The app protocol's server side, small and in memory, with the OPAQUE package's own server half. For tests only. */

import * as opaque from "@serenity-kit/opaque";
import { decodeBase64url, encodeBase64url } from "../src/crypto/base64url.ts";
import { activationStatement, canonical, type Statement } from "../src/crypto/statement.ts";
import type { ActivityEntry, AppSettings, ClaimedRequest } from "../src/protocol/types.ts";

/** The members that requests carry; a test that leaves one out sees it refused further down. */
type Body = Readonly<Record<
  "user_id" | "letter_code" | "sms_code" | "registration_request" | "registration_record" | "device_key" | "proof" | "ke1" | "ke3"
  | "signature" | "reason", string>> & { readonly approval: Statement };

const identifiers = { server: "segl-app-v1" } as const;

export const codes = { user_id: "anna85", letter_code: "7KD-2MX-9RA", sms_code: "012345" } as const;

export const aRequest: ClaimedRequest = {
  claim: "claim", sign_in: "AAAAAAAAAAAAAAAAAAAAAA", nonce: "BBBBBBBBBBBBBBBBBBBBBB", service: "Nordbanken", service_id: "demo-bank",
  organisation: "Nordbanken A/S", action: "APPROVE", reference_text: "Overfør 1.250,00 kr. til Æblehaven", psd2: false,
  begun_at: "2026-11-22T20:40:00Z", expires_at: "2026-11-22T20:45:00Z", browser: "Chromium, Linux",
};

export class Refusal extends Error {
  readonly status: number;
  readonly members: object;
  constructor(status: number, code: string, members: object = {}) {
    super(code);
    this.status = status;
    this.members = { code, title: code, status, ...members };
  }
}

export const sizes: Record<string, number> = {};

export class MockServer {
  request: ClaimedRequest = aRequest;
  returnTo: string | undefined;
  waiting = false;
  wrongPins = 0;
  settings: AppSettings = { typed_code: "off", typed_code_from: null, hide_service_names: false };
  entries: ActivityEntry[] = [];
  approvals: Statement[] = [];
  rejections: string[] = [];
  /** Refuses the next requests whose path ends so. */
  readonly refuse = new Map<string, Refusal>();

  readonly #setup: string;
  #deviceKey: CryptoKey | undefined;
  #record = "";
  #state = "";

  private constructor() {
    this.#setup = opaque.server.createSetup();
  }

  static async start(): Promise<MockServer> {
    await opaque.ready;
    return new MockServer();
  }

  async handle(method: string, path: string, body: unknown): Promise<unknown> {
    const planned = [...this.refuse].find(([end]) => path.split("?")[0]?.endsWith(end))?.[1];
    if (planned !== undefined) throw planned;
    const route = this.#routes[`${method} ${path.split("?")[0]}`];
    if (route === undefined) throw new Refusal(404, "no_such_request");
    return route(body as Body);
  }

  /** For `new Http(.., fetchWith)`. */
  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    try {
      const body: unknown = init.body === undefined ? undefined : JSON.parse(String(init.body));
      return Response.json(await this.handle(init.method ?? "GET", url.slice(url.indexOf("/app/v1/") + 8), body));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return new Response(JSON.stringify(error.members), { status: error.status, headers: { "content-type": "application/problem+json" } });
    }
  };

  readonly #routes: Record<string, (body: Body) => unknown> = {
    "POST activations": (body) => {
      for (const name of ["user_id", "letter_code", "sms_code"] as const) if (body[name] !== codes[name]) throw new Refusal(403, "activation_refused");
      return { activation: "sealed", authenticator_id: "CCCCCCCCCCCCCCCCCCCCCC", given_name: "Anna", birth_date: "1985-04-12" };
    },
    "POST activations/pin": ({ registration_request }) => {
      this.#measure("registration request", registration_request);
      const { registrationResponse } = opaque.server.createRegistrationResponse({
        serverSetup: this.#setup, userIdentifier: "CCCCCCCCCCCCCCCCCCCCCC", registrationRequest: registration_request,
      });
      this.#measure("registration response", registrationResponse);
      return { registration_response: registrationResponse };
    },
    "POST activations/finish": async (body) => {
      this.#record = body.registration_record;
      this.#measure("registration record", this.#record);
      const point = decodeBase64url(body.device_key);
      this.#deviceKey = await crypto.subtle.importKey("raw", point, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
      const statement = await activationStatement("sealed", "CCCCCCCCCCCCCCCCCCCCCC", encodeBase64url(point));
      if (!(await this.#verify(statement, body.proof))) throw new Refusal(403, "signature_refused");
      return { app_token: "token", person: { name: "Anna Berg Nielsen" }, user_id: codes.user_id, assurance: "substantial" };
    },
    "GET requests": () => ({ waiting: this.waiting }),
    "POST requests/claim": () => this.request,
    "POST requests/approve/start": ({ ke1 }) => this.#startLogin(ke1),
    "POST requests/approve/finish": async (body) => {
      this.#finishLogin(body.ke3);
      const approval = body.approval;
      for (const name of ["action", "nonce", "reference_text", "service", "service_id", "sign_in"] as const) {
        if (approval[name] !== this.request[name]) throw new Refusal(403, "approval_altered", { member: name });
      }
      if (!(await this.#verify(approval, body.signature))) throw new Refusal(403, "signature_refused");
      this.approvals.push(approval);
      return { approved: true, ...(this.returnTo === undefined ? {} : { return_to: this.returnTo }) };
    },
    "POST requests/reject": ({ reason }) => {
      this.rejections.push(reason);
      return { rejected: true };
    },
    "POST unlock/start": ({ ke1 }) => this.#startLogin(ke1),
    "POST unlock/finish": ({ ke3 }) => {
      this.#finishLogin(ke3);
      return { session: "session" };
    },
    "GET me": () => ({
      name: "Anna Berg Nielsen", user_id: codes.user_id, assurance: "substantial", remind_second_authenticator: true, settings: this.settings,
      authenticators: [{ id: "c", kind: "app", name: "Chrome på Linux", state: "active", since: "2026-11-22T20:00:00Z", last_used: null, this: true }],
    }),
    "GET activity": () => ({ entries: this.entries, next: null }),
    "POST settings": (body) => {
      const change = body as { typed_code?: boolean; hide_service_names?: boolean };
      const { typed_code, hide_service_names = this.settings.hide_service_names } = change;
      const from = new Date(Date.now() + 3_600_000).toISOString();
      const typed: Omit<AppSettings, "hide_service_names"> = typed_code === undefined ? this.settings
        : typed_code ? { typed_code: "waiting", typed_code_from: from } : { typed_code: "off", typed_code_from: null };
      this.settings = { ...typed, hide_service_names };
      return this.settings;
    },
    "POST remove": () => ({ removed: true }),
  };

  #startLogin(ke1: string): object {
    if (this.wrongPins >= 3) throw new Refusal(423, "pin_locked", { until: "2026-11-22T20:50:00Z" });
    this.wrongPins += 1; // counted before it is checked (R-AUT-9)
    this.#measure("KE1", ke1);
    const started = opaque.server.startLogin({
      serverSetup: this.#setup, userIdentifier: "CCCCCCCCCCCCCCCCCCCCCC", registrationRecord: this.#record, startLoginRequest: ke1, identifiers,
    });
    this.#state = started.serverLoginState;
    this.#measure("KE2", started.loginResponse);
    return { exchange: "exchange", ke2: started.loginResponse, tries_left: 3 - this.wrongPins };
  }

  #finishLogin(ke3: string): void {
    this.#measure("KE3", ke3);
    opaque.server.finishLogin({ serverLoginState: this.#state, finishLoginRequest: ke3, identifiers });
    this.wrongPins = 0;
  }

  async #verify(statement: Statement, signature: string): Promise<boolean> {
    if (this.#deviceKey === undefined) return false;
    return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, this.#deviceKey, decodeBase64url(signature),
      new TextEncoder().encode(canonical(statement)));
  }

  #measure(name: string, message: string): void {
    sizes[name] = decodeBase64url(message).length;
  }
}
