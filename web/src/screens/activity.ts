/** Every use of the identity, newest first, by day (R-SIG-6). */

import type { AppShell, MakeScreen } from "../app_shell.ts";
import { clockTime, dayName } from "../i18n/when.ts";
import type { ActivityEntry } from "../protocol/types.ts";
import type { Person } from "../store/people.ts";
import { whileBusy } from "../view/busy.ts";
import { alert, button, h } from "../view/dom.ts";
import { explain } from "./failure.ts";
import { homeScreen } from "./home.ts";
import { lockedAgain } from "./unlock.ts";

const tones: Readonly<Record<string, string>> = { used: "segl-tag--good", warning: "segl-tag--bad" };

export function activityScreen(app: AppShell, person: Person, session: string): MakeScreen {
  const make: MakeScreen = () => {
    const m = app.m.activity;
    const days = h("div", { "data-testid": "entries", "aria-busy": "true" });
    const status = h("div", { role: "status" }, app.m.common.working);
    let next: string | null = null;

    const load = async (before?: string): Promise<void> => {
      try {
        const page = await app.appClient(person).activity(session, before);
        next = page.next;
        const first = appendByDay(app, days, page.entries);
        status.replaceChildren(...(days.childElementCount === 0 ? [m.empty] : []));
        more.hidden = next === null;
        if (before !== undefined) first?.focus();
      } catch (error) {
        if (!app.isShowing(make)) return;
        if (lockedAgain(app, person, error, (fresh) => activityScreen(app, person, fresh))) return;
        status.replaceChildren(alert("error", explain(app, error).text));
      } finally {
        days.removeAttribute("aria-busy");
      }
    };
    const more = button("secondary", m.more, "more", () => void whileBusy(more, app.m.common.working, () => load(next ?? undefined)));
    more.hidden = true;
    void load();
    return {
      name: "activity",
      heading: m.heading,
      back: () => app.show(homeScreen(app, person)),
      body: [h("p", {}, m.lead), days, status, h("div", { class: "segl-actions" }, more)],
    };
  };
  return make;
}

/** Adds entries below those that are there; returns the first new one. */
function appendByDay(app: AppShell, days: HTMLElement, entries: readonly ActivityEntry[]): HTMLElement | undefined {
  const now = new Date();
  const added = entries.map((entry) => {
    const at = new Date(entry.at);
    const day = at.toDateString();
    let list = days.lastElementChild as HTMLElement | null;
    if (list?.dataset["day"] !== day) {
      days.append(h("h2", { class: "segl-day" }, dayName(at, now, app.language)));
      list = h("ul", { class: "segl-log", "data-day": day });
      days.append(list);
    }
    const item = entryItem(app, entry, at);
    list.append(item);
    return item;
  });
  return added[0];
}

function entryItem(app: AppShell, entry: ActivityEntry, at: Date): HTMLElement {
  const m = app.m.activity;
  const signIn = entry.what.startsWith("sign_in_");
  const what = m.what[entry.what] ?? entry.what;
  const service = entry.service ?? m.hidden;
  return h("li", { tabindex: -1, "data-testid": "entry", "data-what": entry.what, "data-tone": entry.tone },
    h("time", { datetime: entry.at }, clockTime(at, app.language)),
    h("div", {},
      h("strong", {}, signIn ? service : what),
      signIn && entry.action !== null && h("span", { class: "segl-soft" }, app.m.actions[entry.action].word),
      entry.reference_text !== null && entry.reference_text !== "" && h("div", { class: "segl-small" }, entry.reference_text),
      signIn && h("div", {}, h("span", { class: `segl-tag ${tones[entry.tone] ?? ""}`.trim() }, what)),
      !signIn && entry.authenticator !== null && h("div", { class: "segl-soft segl-small" }, entry.authenticator)));
}
