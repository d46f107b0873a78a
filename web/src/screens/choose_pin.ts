/** Activation, second part: the PIN, twice, with its rules said before it is chosen (R-PIN-1). */

import type { AppShell, MakeScreen } from "../app_shell.ts";
import { finishActivation } from "../protocol/flows.ts";
import { pinFault } from "../protocol/pin_rules.ts";
import { Problem } from "../protocol/problem.ts";
import type { Activation } from "../protocol/types.ts";
import type { Person } from "../store/people.ts";
import { whileBusy } from "../view/busy.ts";
import { alert, button, h, submitButton } from "../view/dom.ts";
import { deviceName } from "../view/device_name.ts";
import { pinField } from "../view/field.ts";
import { form } from "../view/form.ts";
import { explain } from "./failure.ts";
import { homeScreen } from "./home.ts";

/** Where the activation came from. */
export interface Source {
  readonly back?: () => void;
  /** Called once the app is kept here. */
  activated(): Promise<void>;
  /** Goes on from elsewhere when the activation is over; without it the person is told to begin again. */
  expired?(): Promise<void>;
}

export function choosePinScreen(app: AppShell, activation: Activation, source: Source): MakeScreen {
  return () => {
    const m = app.m.choosePin;
    const { errorPrefix } = app.m.common;
    const pin = pinField({ name: "pin", label: m.pin, errorPrefix });
    const repeat = pinField({ name: "pin-repeat", label: m.repeat, errorPrefix });
    const refusal = h("div", {});
    const submit = submitButton(m.save);

    const save = async (): Promise<void> => {
      const fault = pinFault(pin.input.value, activation.birth_date);
      const different = fault === undefined && pin.input.value !== repeat.input.value;
      refusal.replaceChildren();
      repeat.fail(different ? m.different : undefined);
      pin.fail(fault === undefined ? undefined : m.faults[fault]);
      if (fault !== undefined || different) return;
      try {
        const made = await finishActivation(app.client, app.opaque, activation, pin.input.value, deviceName(app.m));
        const person: Person = {
          authenticator: made.authenticator, privateKey: made.privateKey, appToken: made.app.app_token, name: made.app.person.name,
          userId: made.app.user_id, assurance: made.app.assurance, activatedAt: new Date().toISOString(),
        };
        await app.people.add(person);
        await source.activated();
        app.show(activatedScreen(app, person));
      } catch (error) {
        const expired = error instanceof Problem && ["activation_refused", "exchange_over"].includes(error.code);
        if (expired && source.expired !== undefined) return source.expired();
        const { heading, text } = explain(app, error);
        refusal.replaceChildren(expired ? alert("error", m.expired, { urgent: true }) : alert("error", text, { heading, urgent: true }));
      }
    };
    return {
      name: "choose-pin",
      heading: m.heading(activation.given_name),
      ...(source.back === undefined ? {} : { back: source.back }),
      body: [
        h("p", {}, m.lead),
        h("p", { id: "pin-rules" }, m.rulesHeading),
        h("ul", { "aria-labelledby": "pin-rules" }, ...m.rules.map((rule) => h("li", {}, rule))),
        form("pin-form", () => void whileBusy(submit, m.saving, save),
          pin.element, repeat.element, h("p", { class: "segl-soft segl-small" }, m.private), refusal, h("div", { class: "segl-actions" }, submit)),
      ],
    };
  };
}

function activatedScreen(app: AppShell, person: Person): MakeScreen {
  return () => {
    const m = app.m.activated;
    return {
      name: "activated",
      heading: m.heading,
      above: [h("div", { class: "segl-result__mark segl-result__mark--good", "aria-hidden": "true" })],
      headingClass: "segl-center",
      body: [
        h("p", { class: "segl-lead segl-center" }, m.lead(person.name)),
        h("dl", { class: "segl-facts" },
          h("dt", {}, app.m.common.userId), h("dd", { "data-testid": "user-id" }, person.userId),
          h("dt", {}, m.assurance), h("dd", { "data-testid": "assurance" }, m.levels[person.assurance])),
        h("p", {}, m.told),
        h("div", { class: "segl-actions" }, button("primary", app.m.common.home, "home", () => app.show(homeScreen(app, person)))),
      ],
    };
  };
}
