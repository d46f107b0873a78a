/** Something was begun in this browser and can be finished (R-ENR-1). */

import type { AppShell, MakeScreen } from "../../app_shell.ts";
import { moment } from "../../i18n/when.ts";
import type { BegunHere } from "../../store/enrolments.ts";
import { whileBusy } from "../../view/busy.ts";
import { button, h } from "../../view/dom.ts";
import { showStart } from "../people.ts";
import { failed } from "./failure.ts";
import { forget, goOn, journeyOf } from "./journey.ts";

export function resumeScreen(app: AppShell, begun: BegunHere): MakeScreen {
  return () => {
    const m = app.m.identity.resume;
    const journey = journeyOf(app, begun);
    const until = moment(new Date(begun.expiresAt), new Date(), app.language);
    const notice = h("div", {});
    const again = async (): Promise<void> => {
      try {
        await goOn(app, journey);
      } catch (error) {
        await failed(app, undefined, error, notice);
      }
    };
    const giveUp = async (): Promise<void> => {
      await forget(app, journey);
      await showStart(app);
    };
    const yes = button("primary", m.goOn, "go-on", () => void whileBusy(yes, app.m.common.working, again));
    return {
      name: "resume",
      heading: journey.helping ? m.headingHelper : m.heading,
      body: [
        h("p", {}, (journey.helping ? m.leadHelper : m.lead)(until)),
        notice,
        h("div", { class: "segl-actions" },
          yes,
          button("secondary", m.later, "later", () => void showStart(app)),
          h("button", { type: "button", class: "segl-linklike", "data-testid": "give-up", onclick: () => void giveUp() }, m.giveUp)),
      ],
    };
  };
}
