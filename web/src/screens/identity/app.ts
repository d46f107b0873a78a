/** The last part: an app on the identity, new (R-ENR-1) or had before (R-PER-1). */

import type { AppShell, MakeScreen } from "../../app_shell.ts";
import type { Activation } from "../../protocol/types.ts";
import { whileBusy } from "../../view/busy.ts";
import { button, h } from "../../view/dom.ts";
import { choosePinScreen } from "../choose_pin.ts";
import { failed } from "./failure.ts";
import { forget, goOn, type Journey } from "./journey.ts";

/** The PIN, for an activation that this enrolment has opened. */
export function pinScreen(app: AppShell, journey: Journey, activation: Activation): MakeScreen {
  return choosePinScreen(app, activation, {
    activated: () => forget(app, journey),
    expired: () => goOn(app, journey),
  });
}

/** Goes on to the PIN at once: the identity was made before an interruption. */
export async function pinOf(app: AppShell, journey: Journey): Promise<void> {
  app.show(pinScreen(app, journey, await journey.own.newApp()));
}

export function existingScreen(app: AppShell, journey: Journey, userId: string): MakeScreen {
  return () => {
    const m = app.m.identity.existing;
    const notice = h("div", {});
    const activate = async (): Promise<void> => {
      try {
        await pinOf(app, journey);
      } catch (error) {
        await failed(app, journey, error, notice);
      }
    };
    const yes = button("primary", m.activate, "activate", () => void whileBusy(yes, app.m.common.working, activate));
    return {
      name: "existing",
      heading: m.heading,
      body: [
        h("p", {}, m.lead),
        h("dl", { class: "segl-facts" }, h("dt", {}, app.m.common.userId), h("dd", { "data-testid": "user-id" }, userId)),
        notice,
        h("div", { class: "segl-actions" }, yes),
      ],
    };
  };
}
