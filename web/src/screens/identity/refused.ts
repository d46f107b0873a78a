/** No identity in this way: which rule decided, why, and what to do now. */

import type { AppShell, MakeScreen } from "../../app_shell.ts";
import { fullDate } from "../../i18n/when.ts";
import type { Refusal } from "../../protocol/enrolment.ts";
import { button, h } from "../../view/dom.ts";
import { showStart } from "../people.ts";
import { appointmentLink } from "./appointment.ts";

export function refusedScreen(app: AppShell, helping: boolean, refusal: Refusal | null): MakeScreen {
  return () => {
    const m = app.m.identity.refused;
    const { heading, text } = reason(app, helping, refusal);
    return {
      name: "refused",
      heading,
      headingClass: "segl-center",
      above: [h("div", { class: "segl-result__mark segl-result__mark--note", "aria-hidden": "true" })],
      body: [
        h("p", { "data-testid": "refusal", "data-code": refusal?.code ?? "" }, text),
        refusal !== null && h("p", { class: "segl-soft segl-small", "data-testid": "rule" }, `${m.rule}: ${refusal.rule}`),
        h("div", { class: "segl-actions" },
          button("primary", app.m.common.home, "home", () => void showStart(app)),
          refusal?.code !== "too_young" && appointmentLink(app)),
      ],
    };
  };
}

function reason(app: AppShell, helping: boolean, refusal: Refusal | null): { heading: string; text: string } {
  const { heading, headingHelper, reasons } = app.m.identity.refused;
  const general = helping ? headingHelper : heading;
  if (refusal?.code === "too_young") {
    const { from } = refusal;
    if (helping || from === undefined || from === null) return { heading: general, text: reasons.too_young.textHelper };
    return { heading: reasons.too_young.heading, text: reasons.too_young.text(fullDate(from, app.language)) };
  }
  const code = refusal?.code;
  const known = code === "face_refused" || code === "number_tries_used_up" || code === "register_status" ? reasons[code] : reasons.other;
  return { heading: general, text: known };
}
