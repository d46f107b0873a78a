/** The document was read and proves nothing: why, and what to do now (R-DOC-1, R-DOC-4, R-DOC-6). */

import type { AppShell, MakeScreen } from "../../app_shell.ts";
import type { WhyRefused } from "../../protocol/reading_verdict.ts";
import { button, h } from "../../view/dom.ts";
import { showStart } from "../people.ts";
import { appointmentLink } from "./appointment.ts";
import { documentScreen } from "./document.ts";
import type { Journey } from "./journey.ts";

export function unprovedScreen(app: AppShell, journey: Journey, why: WhyRefused): MakeScreen {
  return () => {
    const m = app.m.identity.unproved;
    return {
      name: "unproved",
      heading: m.heading,
      headingClass: "segl-center",
      above: [h("div", { class: "segl-result__mark segl-result__mark--note", "aria-hidden": "true" })],
      body: [
        h("p", { "data-testid": "unproved", "data-why": why }, m.why[why]),
        h("p", {}, m.now),
        h("div", { class: "segl-actions" },
          button("primary", m.another, "another", () => app.show(documentScreen(app, journey.helping ? "helper" : "home", journey))),
          appointmentLink(app),
          button("secondary", app.m.common.home, "home", () => void showStart(app))),
      ],
    };
  };
}
