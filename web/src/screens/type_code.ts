/** Types the four digits from the browser, for those who cannot scan; an opt-in that takes 60 minutes (R-SIG-4). */

import type { AppShell, MakeScreen } from "../app_shell.ts";
import type { Problem } from "../protocol/problem.ts";
import type { Person } from "../store/people.ts";
import { whileBusy } from "../view/busy.ts";
import { alert, button, h, submitButton } from "../view/dom.ts";
import { digits } from "../view/field.ts";
import { form } from "../view/form.ts";
import { openRequest } from "./claim.ts";
import { explain } from "./failure.ts";
import { homeScreen } from "./home.ts";
import { scanScreen } from "./scan.ts";
import { settingsScreen } from "./settings.ts";
import { unlocked } from "./unlock.ts";

export function typeCodeScreen(app: AppShell, person: Person): MakeScreen {
  return () => {
    const m = app.m.type;
    const code = digits({ name: "typed-code", label: m.code, hint: m.codeHint, errorPrefix: app.m.common.errorPrefix, class: "segl-digits" }, 4);
    const notice = h("div", {});
    const submit = submitButton(app.m.common.next);

    const keep = (problem: Problem): boolean => {
      if (problem.code === "channel_refused" && problem.triesLeft !== undefined && problem.triesLeft > 0) {
        code.input.value = "";
        code.fail(m.wrong(problem.triesLeft));
        return true;
      }
      if (problem.code !== "typed_code_not_on") return false;
      const { heading, text } = explain(app, problem);
      notice.replaceChildren(alert("info", text, { heading, urgent: true }), h("div", { class: "segl-actions" },
        button("primary", app.m.home.scan, "scan", () => app.show(scanScreen(app, person))),
        button("secondary", m.toSettings, "settings", () => unlocked(app, person, (session) => settingsScreen(app, person, session)))));
      return true;
    };
    const send = async (): Promise<void> => {
      const right = /^[0-9]{4}$/.test(code.input.value);
      notice.replaceChildren();
      code.fail(right ? undefined : m.wrongShape);
      if (right) await openRequest(app, person, { typed_code: code.input.value }, keep);
    };
    return {
      name: "type",
      heading: m.heading,
      back: () => app.show(homeScreen(app, person)),
      body: [
        h("p", {}, m.lead),
        form("type-form", () => void whileBusy(submit, app.m.common.working, send),
          code.element, notice, h("div", { class: "segl-actions" }, submit)),
      ],
    };
  };
}
