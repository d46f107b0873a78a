/** The CPR number (R-CPR-1) or P code (R-PER-4) that belongs to the person of the document. */

import type { AppShell, MakeScreen } from "../../app_shell.ts";
import { readPersonNumber } from "../../protocol/person_number.ts";
import { Problem } from "../../protocol/problem.ts";
import { whileBusy } from "../../view/busy.ts";
import { alert, h, submitButton } from "../../view/dom.ts";
import { field } from "../../view/field.ts";
import { form } from "../../view/form.ts";
import { failed } from "./failure.ts";
import { showState, type Journey } from "./journey.ts";

export function numberScreen(app: AppShell, journey: Journey): MakeScreen {
  return () => {
    const m = app.m.identity.number;
    const number = field({
      name: "number", label: m.label, hint: m.hint, errorPrefix: app.m.common.errorPrefix, class: "segl-number-field",
      attributes: { inputmode: "numeric", spellcheck: "false", maxlength: 14, "data-1p-ignore": true, "data-lpignore": "true" },
    });
    const notice = h("div", {});
    const submit = submitButton(app.m.common.next);

    const send = async (): Promise<void> => {
      const read = readPersonNumber(number.input.value);
      notice.replaceChildren();
      number.fail(read === undefined ? m.shape : undefined);
      if (read === undefined) return;
      try {
        await showState(app, journey, await journey.own.giveNumber(read.digits));
      } catch (error) {
        if (!(error instanceof Problem)) return failed(app, journey, error, notice);
        // The last try ends the enrolment, and its state says so.
        if (error.triesLeft === 0) return showState(app, journey, await journey.own.state());
        if (error.code === "number_malformed") return number.fail(m.shape);
        if (error.code === "number_refused") return number.fail(m.refused(error.triesLeft ?? 0));
        if (error.code === "p_code_refused") return number.fail(m.pCodeRefused(error.triesLeft ?? 0));
        if (error.code === "register_unavailable") return notice.replaceChildren(alert("warning", m.away, { urgent: true }));
        await failed(app, journey, error, notice);
      }
    };
    return {
      name: "number",
      heading: m.heading,
      body: [
        h("p", {}, m.lead),
        form("number-form", () => void whileBusy(submit, app.m.common.working, send),
          number.element, notice, h("div", { class: "segl-actions" }, submit)),
        h("details", { class: "segl-more" }, h("summary", {}, m.noneSummary), h("p", {}, m.none)),
      ],
    };
  };
}
