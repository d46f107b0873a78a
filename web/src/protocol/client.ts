/** One function for each request of docs/app-protocol.md. */

import type { Http } from "./http.ts";
import type {
  ActivatedApp, Activation, ActivityPage, Approved, AppSettings, Channel, ClaimedRequest, Exchange, Me, Rejected, RejectReason,
} from "./types.ts";
import type { ApprovalStatement } from "../crypto/statement.ts";

export interface FinishedActivation {
  readonly activation: string;
  readonly registration_record: string;
  readonly device_key: string;
  readonly device_name: string;
  readonly platform: "web";
  readonly proof: string;
}

export class Client {
  readonly #base: string;
  readonly #http: Http;

  constructor(base: string, http: Http) {
    this.#base = base;
    this.#http = http;
  }

  beginActivation(userId: string, letterCode: string, smsCode: string): Promise<Activation> {
    return this.#post("activations", { user_id: userId, letter_code: letterCode, sms_code: smsCode });
  }

  registerPin(activation: string, registrationRequest: string): Promise<{ registration_response: string }> {
    return this.#post("activations/pin", { activation, registration_request: registrationRequest });
  }

  finishActivation(finished: FinishedActivation): Promise<ActivatedApp> {
    return this.#post("activations/finish", finished);
  }

  /** The server's time, as near as its last answer tells. */
  now(): number {
    return this.#http.now();
  }

  /** The requests of one app; its token tells only which app speaks. */
  app(token: string): AppClient {
    return new AppClient((method, path, body, session) => this.#send(method, path, body, { token, session }));
  }

  #post<T>(path: string, body: object): Promise<T> {
    return this.#send("POST", path, body, {});
  }

  #send<T>(method: "GET" | "POST", path: string, body: object | undefined, who: { token?: string; session?: string | undefined }): Promise<T> {
    const headers: Record<string, string> = {};
    if (who.token !== undefined) headers["Authorization"] = `Segl-App ${who.token}`;
    if (who.session !== undefined) headers["Segl-Session"] = who.session;
    return this.#http.send(method, `${this.#base}/${path}`, { body, headers });
  }
}

type Send = <T>(method: "GET" | "POST", path: string, body?: object, session?: string) => Promise<T>;

export class AppClient {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  waiting(): Promise<{ waiting: boolean }> {
    return this.#send("GET", "requests");
  }

  claim(channel: Channel): Promise<ClaimedRequest> {
    return this.#send("POST", "requests/claim", channel);
  }

  startApproval(claim: string, ke1: string): Promise<Exchange> {
    return this.#send("POST", "requests/approve/start", { claim, ke1 });
  }

  finishApproval(exchange: string, ke3: string, approval: ApprovalStatement, signature: string): Promise<Approved> {
    return this.#send("POST", "requests/approve/finish", { exchange, ke3, approval, signature });
  }

  reject(claim: string, reason: RejectReason): Promise<Rejected> {
    return this.#send("POST", "requests/reject", { claim, reason });
  }

  startUnlock(ke1: string): Promise<Exchange> {
    return this.#send("POST", "unlock/start", { ke1 });
  }

  finishUnlock(exchange: string, ke3: string): Promise<{ session: string }> {
    return this.#send("POST", "unlock/finish", { exchange, ke3 });
  }

  me(session: string): Promise<Me> {
    return this.#send("GET", "me", undefined, session);
  }

  activity(session: string, before?: string): Promise<ActivityPage> {
    const query = before === undefined ? "" : `?${new URLSearchParams({ before })}`;
    return this.#send("GET", `activity${query}`, undefined, session);
  }

  changeSettings(session: string, change: { typed_code?: boolean; hide_service_names?: boolean }): Promise<AppSettings> {
    return this.#send("POST", "settings", change, session);
  }

  remove(session: string): Promise<{ removed: boolean }> {
    return this.#send("POST", "remove", {}, session);
  }
}
