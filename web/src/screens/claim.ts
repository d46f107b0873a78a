/** Shows the server which request is meant, and opens it (R-SIG-4). */

import type { AppShell } from "../app_shell.ts";
import { Problem } from "../protocol/problem.ts";
import type { Channel } from "../protocol/types.ts";
import type { Person } from "../store/people.ts";
import { explain } from "./failure.ts";
import { requestScreen } from "./request.ts";
import { failureResult, resultScreen } from "./result.ts";

/** Opens the request, or says why not on a screen of its own, unless `keep` deals with the refusal where it arose. */
export async function openRequest(
  app: AppShell, person: Person, channel: Channel, keep: (problem: Problem) => boolean = () => false,
): Promise<void> {
  try {
    const request = await app.appClient(person).claim(channel);
    app.show(requestScreen(app, person, request));
  } catch (error) {
    if (error instanceof Problem && keep(error)) return;
    app.show(resultScreen(app, person, failureResult(() => explain(app, error))));
  }
}
