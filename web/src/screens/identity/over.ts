/** What was begun here is over: its time is up (R-ENR-1), or another device has taken it up. */

import type { AppShell, MakeScreen } from "../../app_shell.ts";
import { button, h } from "../../view/dom.ts";
import { showStart } from "../people.ts";
import { waysScreen } from "./ways.ts";

export function overScreen(app: AppShell, text: () => string = () => app.m.identity.over.text): MakeScreen {
  return () => ({
    name: "over",
    heading: app.m.identity.over.heading,
    body: [
      h("p", {}, text()),
      h("div", { class: "segl-actions" },
        button("primary", app.m.identity.over.again, "again", () => app.show(waysScreen(app))),
        button("secondary", app.m.common.home, "home", () => void showStart(app))),
    ],
  });
}
