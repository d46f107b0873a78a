/** The ways to an identity. */

import type { AppShell, MakeScreen } from "../../app_shell.ts";
import { h } from "../../view/dom.ts";
import { showStart } from "../people.ts";
import { appointmentLink } from "./appointment.ts";
import { continueScreen } from "./continue.ts";
import { documentScreen } from "./document.ts";

export function waysScreen(app: AppShell): MakeScreen {
  return () => {
    const m = app.m.identity.ways;
    const choice = (testId: string, label: string, hint: string, to: () => MakeScreen): HTMLElement =>
      h("button", { type: "button", class: "segl-choice", "data-testid": testId, onclick: () => app.show(to()) }, label, h("small", {}, hint));
    return {
      name: "ways",
      heading: m.heading,
      back: () => void showStart(app),
      body: [
        h("p", {}, m.lead),
        choice("way-home", m.home, m.homeHint, () => documentScreen(app, "home")),
        choice("way-helper", m.helper, m.helperHint, () => documentScreen(app, "helper")),
        choice("way-code", m.code, m.codeHint, () => continueScreen(app)),
        h("p", { class: "segl-soft" }, m.noDocument),
        h("div", { class: "segl-actions" }, appointmentLink(app)),
      ],
    };
  };
}
