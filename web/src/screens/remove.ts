/** Removes this app: on the server it stops being an authenticator, here its key goes. */

import type { AppShell, MakeScreen } from "../app_shell.ts";
import type { Person } from "../store/people.ts";
import { whileBusy } from "../view/busy.ts";
import { alert, button, h } from "../view/dom.ts";
import { explain, isAppGone } from "./failure.ts";
import { personLabel, showStart } from "./people.ts";
import { settingsScreen } from "./settings.ts";
import { lockedAgain } from "./unlock.ts";

export function removeScreen(app: AppShell, person: Person, session: string): MakeScreen {
  return () => {
    const m = app.m.settings.remove;
    const notice = h("div", {});
    const remove = async (): Promise<void> => {
      try {
        await app.appClient(person).remove(session);
      } catch (error) {
        if (lockedAgain(app, person, error, (fresh) => removeScreen(app, person, fresh))) return;
        if (!isAppGone(error)) {
          notice.replaceChildren(alert("error", explain(app, error).text, { urgent: true }));
          return;
        }
      }
      await app.people.remove(person.authenticator);
      app.dropSession(person);
      app.show(removedScreen(app));
    };
    const yes = button("danger", m.yes, "remove-yes", () => void whileBusy(yes, app.m.common.working, remove));
    const back = (): void => app.show(settingsScreen(app, person, session));
    return {
      name: "remove",
      heading: m.confirmHeading,
      back,
      body: [
        h("div", { class: "segl-person segl-person--static" }, ...personLabel(person, app.m.common.userId)),
        h("p", {}, m.text),
        notice,
        h("div", { class: "segl-actions" }, yes, button("secondary", m.no, "remove-no", back)),
      ],
    };
  };
}

function removedScreen(app: AppShell): MakeScreen {
  return () => ({
    name: "removed",
    heading: app.m.settings.remove.doneHeading,
    body: [
      h("p", {}, app.m.settings.remove.doneText),
      h("div", { class: "segl-actions" }, button("primary", app.m.common.home, "home", () => void showStart(app))),
    ],
  });
}
