/** The holder's own pages want the PIN first. */

import type { AppShell, MakeScreen } from "../app_shell.ts";
import { unlock, WrongPin } from "../protocol/flows.ts";
import { Problem } from "../protocol/problem.ts";
import type { Person } from "../store/people.ts";
import { whileBusy } from "../view/busy.ts";
import { alert, h, submitButton } from "../view/dom.ts";
import { pinField } from "../view/field.ts";
import { form } from "../view/form.ts";
import { explain } from "./failure.ts";
import { homeScreen } from "./home.ts";
import { failureResult, resultScreen } from "./result.ts";

/** Shows the page at once where the app is unlocked, otherwise after the PIN. */
export function unlocked(app: AppShell, person: Person, page: (session: string) => MakeScreen): void {
  const session = app.sessionOf(person);
  app.show(session === undefined ? unlockScreen(app, person, page) : page(session));
}

/** Deals with what a locked page may answer: asks for the PIN again when the session is over. */
export function lockedAgain(app: AppShell, person: Person, error: unknown, page: (session: string) => MakeScreen): boolean {
  if (!(error instanceof Problem) || error.code !== "locked") return false;
  app.dropSession(person);
  unlocked(app, person, page);
  return true;
}

function unlockScreen(app: AppShell, person: Person, page: (session: string) => MakeScreen): MakeScreen {
  return () => {
    const m = app.m.unlock;
    const pin = pinField({ name: "pin", label: app.m.request.pin, hint: app.m.request.pinHint, errorPrefix: app.m.common.errorPrefix });
    const refusal = h("div", {});
    const submit = submitButton(m.open);

    const open = async (): Promise<void> => {
      const typed = pin.input.value;
      const right = /^[0-9]{6}$/.test(typed);
      refusal.replaceChildren();
      pin.fail(right ? undefined : app.m.pinFaults.shape);
      if (!right) return;
      try {
        const session = await unlock(app.appClient(person), app.opaque, typed);
        app.keepSession(person, session);
        app.show(page(session));
      } catch (error) {
        pin.input.value = "";
        if (error instanceof WrongPin) return pin.fail(app.m.pinFaults.wrong(error.triesLeft));
        if (error instanceof Problem && (error.code === "pin_locked" || error.code === "app_blocked")) {
          return app.show(resultScreen(app, person, failureResult(() => explain(app, error))));
        }
        const { heading, text } = explain(app, error);
        refusal.replaceChildren(alert("error", text, { heading, urgent: true }));
      }
    };
    return {
      name: "unlock",
      heading: m.heading,
      back: () => app.show(homeScreen(app, person)),
      body: [
        h("p", {}, m.lead),
        form("unlock-form", () => void whileBusy(submit, m.opening, open), pin.element, refusal, h("div", { class: "segl-actions" }, submit)),
      ],
    };
  };
}
