/** How it ended, on a screen of its own. */

import type { AppShell, MakeScreen } from "../app_shell.ts";
import type { Person } from "../store/people.ts";
import { button, h } from "../view/dom.ts";
import type { Explanation } from "./failure.ts";
import { homeScreen } from "./home.ts";

export interface Result {
  /** Names the result in the page (`data-result`). */
  readonly name: string;
  readonly tone: "good" | "bad" | "note" | "neutral";
  readonly say: () => { readonly heading: string; readonly text: string };
}

/** The result that a failure makes; explained anew when the language changes. */
export function failureResult(explain: () => Explanation): Result {
  const { name, tone } = explain();
  return { name, tone, say: explain };
}

export function resultScreen(app: AppShell, person: Person, result: Result): MakeScreen {
  return () => {
    const { heading, text } = result.say();
    return {
      name: "result",
      heading,
      headingClass: "segl-center",
      above: [h("div", { class: `segl-result__mark segl-result__mark--${result.tone}`, "aria-hidden": "true" })],
      body: [
        h("p", { class: "segl-center", "data-testid": "result", "data-result": result.name }, text),
        h("div", { class: "segl-actions" }, button("primary", app.m.common.home, "home", () => app.show(homeScreen(app, person)))),
      ],
    };
  };
}
