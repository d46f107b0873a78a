/** What went wrong on the way to an identity, where it arose; and on from wherever the enrolment really stands. */

import type { AppShell } from "../../app_shell.ts";
import { Problem } from "../../protocol/problem.ts";
import { alert } from "../../view/dom.ts";
import { explain } from "../failure.ts";
import { goOn, isElsewhere, type Journey } from "./journey.ts";

/** Tells the failure in `place`, or shows the screen of the state that the server names. */
export async function failed(app: AppShell, journey: Journey | undefined, error: unknown, place: HTMLElement): Promise<void> {
  if (journey !== undefined && isElsewhere(error)) {
    try {
      return await goOn(app, journey);
    } catch (another) {
      error = another;
    }
  }
  const known = app.m.identity.problems as Readonly<Record<string, { heading: string; text: string }>>;
  const own = error instanceof Problem && Object.hasOwn(known, error.code) ? known[error.code] : undefined;
  const { heading, text } = own ?? explain(app, error);
  place.replaceChildren(alert("error", text, { heading, urgent: true }));
}
