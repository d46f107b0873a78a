/** The way to Citizen Service, for whoever gets no further here (R-BOK-1). */

import type { AppShell } from "../../app_shell.ts";
import { h } from "../../view/dom.ts";

/** The server's own page; the app is left for it. */
export function appointmentLink(app: AppShell): HTMLElement {
  return h("a", { class: "button button-secondary", href: "/appointments", "data-testid": "appointment" }, app.m.identity.appointment);
}
