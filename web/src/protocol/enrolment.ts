/** One function for each request of docs/app-protocol.md, "Getting an identity". */

import { eventsOf } from "./event_stream.ts";
import type { AccessData } from "./document_fields.ts";
import type { Http, Sending } from "./http.ts";
import type { Activation } from "./types.ts";
import type { UserIdFault } from "./user_id_rules.ts";

export type Way = "home" | "helper";

export interface BegunEnrolment {
  readonly enrolment: string;
  readonly owner: string;
  readonly expires_at: string;
}

export interface BegunReading {
  readonly case: string;
  readonly owner: string;
  readonly relay_token: string;
  readonly expires_at: string;
}

export type EnrolmentState =
  | "document" | "face" | "waiting_for_official" | "number" | "user_id" | "app" | "done" | "handed_over" | "refused";

export interface ReadDocument {
  readonly kind: "passport" | "id_card" | "other";
  readonly name: string;
  /** `YYYY-MM-DD`; null where the chip does not say it whole, and so `expiry`. */
  readonly birth_date: string | null;
  readonly nationality: string;
  readonly document_number_tail: string;
  readonly expiry: string | null;
  /** A `data:` URL; null where the chip's picture is of a kind that browsers do not show. */
  readonly portrait: string | null;
}

export interface Refusal {
  readonly rule: string;
  readonly code: string;
  /** The day from which it would pass, where time alone decides (R-AGE-1); a helper's device is not told. */
  readonly from?: string | null;
}

export interface Enrolment {
  readonly way: Way | (string & {});
  readonly state: EnrolmentState;
  /** Null to a helper who has handed over. */
  readonly expires_at: string | null;
  readonly document: ReadDocument | null;
  readonly refusal: Refusal | null;
  /** Whether the person had an identity before (R-PER-1); `user_id` is its user ID. */
  readonly has_identity: boolean;
  readonly user_id: string | null;
  readonly number_tries_left: number;
}

export type FaceStep = "straight" | "turn_left" | "turn_right" | "approach";

export interface FaceChallenge {
  readonly challenge: string;
  readonly steps: readonly { readonly step: FaceStep }[];
  readonly expires_at: string;
}

export interface FaceOutcome {
  readonly outcome: "proved" | "to_official" | "again";
  readonly why: readonly string[];
}

export interface HandOver {
  readonly code: string;
  readonly link: string;
  readonly expires_at: string;
}

/** Where a reading stands (docs/app-protocol.md, "Reading a chip"). */
export interface ChipReading {
  readonly state: "waiting" | "relayed" | "verified" | "refused";
  readonly fault: string | null;
  readonly steps: readonly { readonly step: string; readonly outcome: string; readonly why: string | null }[];
  readonly relays_left: number;
}

const PICTURES_MS = 90_000;

export class EnrolmentClient {
  readonly #base: string;
  readonly #http: Http;

  constructor(base: string, http: Http) {
    this.#base = base;
    this.#http = http;
  }

  now(): number {
    return this.#http.now();
  }

  begin(way: Way): Promise<BegunEnrolment> {
    return this.#http.send("POST", `${this.#base}/enrolments`, { body: { way } });
  }

  /** The person who was helped goes on with a code or a link, used once. */
  goOn(by: { readonly code: string } | { readonly link: string }): Promise<BegunEnrolment> {
    return this.#http.send("POST", `${this.#base}/continue`, { body: by });
  }

  /** The requests of whoever holds an enrolment's token. */
  of(owner: string): OwnEnrolment {
    return new OwnEnrolment(this.#base, this.#http, owner);
  }
}

export class OwnEnrolment {
  readonly #base: string;
  readonly #http: Http;
  readonly #headers: { readonly Authorization: string };

  constructor(base: string, http: Http, owner: string) {
    this.#base = base;
    this.#http = http;
    this.#headers = { Authorization: `Segl-Enrolment ${owner}` };
  }

  state(): Promise<Enrolment> {
    return this.#get("enrolments");
  }

  /** What becomes of it, from now on, each time something changes; ends when the server ends it or `signal` aborts. */
  async* changes(signal: AbortSignal): AsyncGenerator<Enrolment> {
    const stream = await this.#http.stream(`${this.#base}/enrolments/events`, this.#headers, signal);
    for await (const { data } of eventsOf(stream)) yield JSON.parse(data) as Enrolment;
  }

  beginReading(access: AccessData): Promise<BegunReading> {
    return this.#post("enrolments/chip", access);
  }

  faceChallenge(): Promise<FaceChallenge> {
    return this.#post("enrolments/face/challenge", {});
  }

  sendFace(challenge: string, pictures: readonly { readonly step: FaceStep; readonly jpeg: string }[]): Promise<FaceOutcome> {
    return this.#post("enrolments/face", { challenge, pictures }, PICTURES_MS);
  }

  handOver(): Promise<HandOver> {
    return this.#post("enrolments/hand-over", {});
  }

  giveNumber(number: string): Promise<Enrolment> {
    return this.#post("enrolments/number", { number });
  }

  isUserIdFree(userId: string): Promise<{ readonly free: boolean; readonly why: UserIdFault | "taken" | null }> {
    return this.#get(`enrolments/user-id?${new URLSearchParams({ user_id: userId })}`);
  }

  chooseUserId(chosen: { readonly user_id: string; readonly phone: string; readonly email: string | null }): Promise<Activation> {
    return this.#post("enrolments/user-id", chosen);
  }

  /** An app for the identity that is there: the new one after an interruption, or one that the person had before (R-PER-1). */
  newApp(): Promise<Activation> {
    return this.#post("enrolments/app", {});
  }

  reading(owner: string): Promise<ChipReading> {
    return this.#http.send("GET", `${this.#base}/chip/reading`, { headers: { Authorization: `Segl-Reading ${owner}` } });
  }

  /** A token for another relay, when the one before got lost. */
  async anotherRelay(owner: string): Promise<string> {
    const sending: Sending = { body: {}, headers: { Authorization: `Segl-Reading ${owner}` } };
    return (await this.#http.send<{ relay_token: string }>("POST", `${this.#base}/chip/relay`, sending)).relay_token;
  }

  #get<T>(path: string): Promise<T> {
    return this.#http.send("GET", `${this.#base}/${path}`, { headers: this.#headers });
  }

  #post<T>(path: string, body: object, patience?: number): Promise<T> {
    return this.#http.send("POST", `${this.#base}/${path}`, { body, headers: this.#headers, ...(patience === undefined ? {} : { patience }) });
  }
}
