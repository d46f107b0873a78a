/** What the person decides about their app. */

import type { AppShell, MakeScreen } from "../app_shell.ts";
import { moment } from "../i18n/when.ts";
import type { AppSettings, AuthenticatorSummary, Me } from "../protocol/types.ts";
import type { Person } from "../store/people.ts";
import { whileBusy } from "../view/busy.ts";
import { alert, button, h } from "../view/dom.ts";
import { explain } from "./failure.ts";
import { homeScreen } from "./home.ts";
import { removeScreen } from "./remove.ts";
import { lockedAgain } from "./unlock.ts";

type Change = { typed_code: boolean } | { hide_service_names: boolean };

export function settingsScreen(app: AppShell, person: Person, session: string): MakeScreen {
  const make: MakeScreen = () => {
    const content = h("div", { "aria-busy": "true" }, app.m.common.working);
    const status = h("div", { role: "status", "data-testid": "settings-status" });

    const failed = (error: unknown): void => {
      if (!app.isShowing(make)) return;
      if (lockedAgain(app, person, error, (fresh) => settingsScreen(app, person, fresh))) return;
      status.replaceChildren(alert("error", explain(app, error).text));
    };
    const draw = (me: Me): void => {
      content.removeAttribute("aria-busy");
      const change = async (wanted: Change, testId: string): Promise<void> => {
        try {
          const settings = await app.appClient(person).changeSettings(session, wanted);
          draw({ ...me, settings });
          status.replaceChildren(alert("success", app.m.settings.saved));
          content.querySelector<HTMLElement>(`[data-testid="${testId}"]`)?.focus();
        } catch (error) {
          failed(error);
        }
      };
      content.replaceChildren(
        typedCode(app, me.settings, change),
        hideNames(app, me.settings, change),
        authenticators(app, me),
        removal(app, person, session));
    };
    void app.appClient(person).me(session).then(draw, (error: unknown) => {
      content.replaceChildren();
      failed(error);
    });
    return {
      name: "settings",
      heading: app.m.settings.heading,
      back: () => app.show(homeScreen(app, person)),
      body: [status, content],
    };
  };
  return make;
}

type Changer = (wanted: Change, testId: string) => Promise<void>;

function toggle(app: AppShell, label: string, testId: string, wanted: Change, change: Changer): HTMLElement {
  const control = button("secondary", label, testId, () => void whileBusy(control, app.m.common.working, () => change(wanted, testId)));
  return control;
}

function typedCode(app: AppShell, settings: AppSettings, change: Changer): HTMLElement {
  const m = app.m.settings.typedCode;
  const from = settings.typed_code_from === null ? "" : moment(new Date(settings.typed_code_from), new Date(), app.language);
  const state = settings.typed_code === "on" ? m.on : settings.typed_code === "waiting" ? m.waiting(app.m.time.from(from)) : m.off;
  const off = settings.typed_code === "off";
  return h("section", { class: "segl-setting" },
    h("h2", {}, m.heading),
    h("p", {}, m.text),
    h("div", {}, h("span", { class: `segl-tag ${off ? "" : "segl-tag--note"}`.trim(), "data-testid": "typed-code-state", "data-state": settings.typed_code }, state)),
    toggle(app, off ? m.turnOn : m.turnOff, "typed-code-toggle", { typed_code: off }, change));
}

function hideNames(app: AppShell, settings: AppSettings, change: Changer): HTMLElement {
  const m = app.m.settings.hideNames;
  const hidden = settings.hide_service_names;
  return h("section", { class: "segl-setting" },
    h("h2", {}, m.heading),
    h("p", {}, m.text),
    h("div", {}, h("span", { class: "segl-tag", "data-testid": "hide-names-state", "data-state": String(hidden) }, hidden ? m.on : m.off)),
    toggle(app, hidden ? m.turnOff : m.turnOn, "hide-names-toggle", { hide_service_names: !hidden }, change));
}

function authenticators(app: AppShell, me: Me): HTMLElement {
  const m = app.m.settings.authenticators;
  const row = (one: AuthenticatorSummary): HTMLElement => h("li", { "data-testid": "authenticator" },
    h("strong", {}, one.name), one.this && ` (${m.this})`, h("br"),
    h("span", { class: "segl-soft segl-small" }, one.last_used === null ? m.never : m.lastUsed(moment(new Date(one.last_used), new Date(), app.language))));
  return h("section", { class: "segl-setting" },
    h("h2", {}, m.heading),
    h("ul", {}, ...me.authenticators.map(row)),
    me.remind_second_authenticator && alert("info", m.remind));
}

function removal(app: AppShell, person: Person, session: string): HTMLElement {
  const m = app.m.settings.remove;
  return h("section", { class: "segl-setting" },
    h("h2", {}, m.heading),
    h("p", {}, m.text),
    button("danger", m.open, "remove", () => app.show(removeScreen(app, person, session))));
}
