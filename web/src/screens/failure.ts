/** What went wrong, in the person's words. */

import type { AppShell } from "../app_shell.ts";
import { moment } from "../i18n/when.ts";
import type { Messages } from "../i18n/index.ts";
import { Problem, Unreachable } from "../protocol/problem.ts";

export interface Explanation {
  /** The refusal's code or the request's outcome; names the result in the page. */
  readonly name: string;
  readonly heading: string;
  readonly text: string;
  readonly tone: "bad" | "note";
}

/** What explaining needs of the app. */
type Reader = Pick<AppShell, "m" | "language">;

const bad = new Set(["app_blocked", "approval_altered", "signature_refused", "identity_not_active", "app_not_active"]);

function isKey<T extends object>(table: T, key: string): key is keyof T & string {
  return Object.hasOwn(table, key);
}

/** Explains any failure; where the request itself is over, its outcome is what matters. */
export function explain(app: Reader, error: unknown): Explanation {
  const m: Messages = app.m;
  if (error instanceof Unreachable) return { name: "unreachable", ...m.problems.unreachable, tone: "note" };
  if (!(error instanceof Problem)) {
    console.error(error);
    return { name: "failed", ...m.problems.unknown, tone: "bad" };
  }
  if (error.code === "request_over") return { name: error.outcome ?? error.code, ...outcome(m, error.outcome), tone: "note" };
  // The last wrong code ends the request (R-SIG-4): there is nothing to try again.
  if (error.code === "channel_refused" && error.triesLeft === 0) return { name: "wrong_codes", ...m.outcomes.wrong_codes, tone: "note" };
  if (error.code === "pin_locked") {
    const { heading, text, until } = m.problems.pin_locked;
    return { name: error.code, heading, text: error.until === undefined ? text : until(moment(error.until, new Date(), app.language)), tone: "bad" };
  }
  const known = isKey(m.problems, error.code) ? m.problems[error.code] : m.problems.unknown;
  return { name: error.code, heading: known.heading, text: known.text, tone: bad.has(error.code) ? "bad" : "note" };
}

export function outcome(m: Messages, name: string | undefined): { heading: string; text: string } {
  return name !== undefined && isKey(m.outcomes, name) ? m.outcomes[name] : m.outcomes.over;
}

/** Refusals that would tell which factor failed; a PSD2 request gives one neutral answer to them all (R-SIG-7). */
const tellsTheFactor = new Set(["pin_locked", "app_blocked", "pin_refused", "signature_refused", "approval_altered", "exchange_over", "app_not_active"]);

export function explainApproval(app: Reader, error: unknown, psd2: boolean): Explanation {
  // The answer may have been lost after the approval was taken: nothing may be said about what became of it.
  if (error instanceof Unreachable) return { name: "uncertain", ...app.m.results.uncertain, tone: "note" };
  if (psd2 && error instanceof Problem && tellsTheFactor.has(error.code)) return { name: "neutral", ...app.m.results.neutral, tone: "note" };
  return explain(app, error);
}

/** The server no longer knows this app, or it may not be used. */
export function isAppGone(error: unknown): boolean {
  return error instanceof Problem && (error.code === "app_not_active" || (error.status === 401 && error.code !== "locked"));
}
