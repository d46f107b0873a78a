/** The front page of one person: does somebody wait for an answer, and the ways to give it. */

import type { AppShell, MakeScreen } from "../app_shell.ts";
import { Unreachable } from "../protocol/problem.ts";
import type { Person } from "../store/people.ts";
import { alert, button, h } from "../view/dom.ts";
import { activityScreen } from "./activity.ts";
import { explain, isAppGone } from "./failure.ts";
import { identityLink, personLabel, showPeople, showStart } from "./people.ts";
import { scanScreen } from "./scan.ts";
import { settingsScreen } from "./settings.ts";
import { typeCodeScreen } from "./type_code.ts";
import { unlocked } from "./unlock.ts";

const POLL_MS = 3_000;

export function homeScreen(app: AppShell, person: Person): MakeScreen {
  return () => {
    const m = app.m.home;
    const words = h("p", {}, m.notWaiting);
    const indicator = h("div", { class: "segl-waiting", role: "status", "data-testid": "waiting", "data-waiting": "false" }, words);
    const notice = h("div", {});
    const stop = pollWaiting(app, person, {
      onWaiting(waiting) {
        notice.replaceChildren();
        if (indicator.dataset["waiting"] === String(waiting)) return;
        indicator.dataset["waiting"] = String(waiting);
        words.textContent = waiting ? m.waiting : m.notWaiting;
      },
      onFailure(error) {
        if (isAppGone(error)) notice.replaceChildren(goneNotice(app, person));
        else if (notice.childElementCount === 0) notice.replaceChildren(alert("warning", explain(app, error).text));
      },
    });
    return {
      name: "home",
      heading: m.heading(person.name.split(" ")[0] ?? person.name),
      above: [h("div", { class: "segl-person segl-person--static", "data-testid": "me", "data-user-id": person.userId }, ...personLabel(person, app.m.common.userId))],
      leave: stop,
      body: [
        indicator,
        notice,
        h("div", { class: "segl-actions" },
          button("primary", m.scan, "scan", () => app.show(scanScreen(app, person))),
          button("secondary", m.type, "type", () => app.show(typeCodeScreen(app, person)))),
        h("div", { class: "segl-actions" },
          button("secondary", m.activity, "activity", () => unlocked(app, person, (session) => activityScreen(app, person, session))),
          button("secondary", m.settings, "settings", () => unlocked(app, person, (session) => settingsScreen(app, person, session))),
          h("button", { type: "button", class: "segl-linklike", "data-testid": "switch-person", onclick: () => void showPeople(app) }, m.switchPerson),
          identityLink(app)),
      ],
    };
  };
}

function goneNotice(app: AppShell, person: Person): HTMLElement {
  const forget = async (): Promise<void> => {
    await app.people.remove(person.authenticator);
    await showStart(app);
  };
  return h("div", { "data-testid": "app-gone" },
    alert("error", app.m.home.unknownApp),
    button("danger", app.m.home.forget, "forget", () => void forget()));
}

interface Listener { onWaiting(waiting: boolean): void; onFailure(error: unknown): void }

/** Asks every three seconds while the page can be seen; stops for good when the server knows this app no longer. */
function pollWaiting(app: AppShell, person: Person, listener: Listener): () => void {
  let stopped = false;
  let failures = 0;
  const ask = async (): Promise<void> => {
    if (document.hidden) return;
    try {
      const { waiting } = await app.appClient(person).waiting();
      failures = 0;
      if (!stopped) listener.onWaiting(waiting);
    } catch (error) {
      failures += 1;
      if (stopped || (error instanceof Unreachable && failures < 2)) return; // one lost answer is no news
      listener.onFailure(error);
      if (isAppGone(error)) stopped = true;
    }
  };
  const loop = async (): Promise<void> => {
    while (!stopped) {
      await ask();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };
  const seen = (): void => void ask();
  document.addEventListener("visibilitychange", seen);
  void loop();
  return () => {
    stopped = true;
    document.removeEventListener("visibilitychange", seen);
  };
}
