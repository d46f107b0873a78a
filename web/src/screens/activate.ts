/** Activation, first part: the user ID and two codes that came two ways (R-AUT-5). */

import type { AppShell, MakeScreen } from "../app_shell.ts";
import { normaliseLetterCode } from "../protocol/letter_code.ts";
import { Problem } from "../protocol/problem.ts";
import { whileBusy } from "../view/busy.ts";
import { alert, h, submitButton } from "../view/dom.ts";
import { digits, field } from "../view/field.ts";
import { form } from "../view/form.ts";
import { choosePinScreen } from "./choose_pin.ts";
import { explain } from "./failure.ts";
import { showStart } from "./people.ts";

export interface Codes { userId: string; letterCode: string; smsCode: string }

export function activateScreen(app: AppShell, codes: Codes = { userId: "", letterCode: "", smsCode: "" }): MakeScreen {
  return () => {
    const m = app.m.activate;
    const { errorPrefix, userId: label } = app.m.common;
    const userId = field({
      name: "user-id", label, errorPrefix, value: codes.userId,
      attributes: { autocapitalize: "none", spellcheck: "false", maxlength: 48 },
    });
    const letterCode = field({
      name: "letter-code", label: m.letterCode, hint: m.letterCodeHint, errorPrefix, value: codes.letterCode, class: "segl-caps",
      attributes: { autocapitalize: "characters", spellcheck: "false", maxlength: 20 },
    });
    const smsCode = digits({
      name: "sms-code", label: m.smsCode, hint: m.smsCodeHint, errorPrefix, value: codes.smsCode, attributes: { autocomplete: "one-time-code" },
    }, 6);
    userId.input.addEventListener("input", () => { codes.userId = userId.input.value; });
    letterCode.input.addEventListener("input", () => { codes.letterCode = letterCode.input.value; });
    smsCode.input.addEventListener("input", () => { codes.smsCode = smsCode.input.value; });
    const refusal = h("div", {});
    const submit = submitButton(app.m.common.next);

    const begin = async (): Promise<void> => {
      const letter = normaliseLetterCode(letterCode.input.value);
      const sms = /^[0-9]{6}$/.test(smsCode.input.value);
      refusal.replaceChildren();
      // The first field with an error is reported last, so that it has the focus.
      smsCode.fail(sms ? undefined : m.smsCodeWrong);
      letterCode.fail(letter === undefined ? m.letterCodeWrong : undefined);
      userId.fail(userId.input.value.trim() === "" ? m.userIdMissing : undefined);
      if (letter === undefined || !sms || userId.input.value.trim() === "") return;
      try {
        const activation = await app.client.beginActivation(userId.input.value.trim(), letter, smsCode.input.value);
        app.show(choosePinScreen(app, activation, { back: () => app.show(activateScreen(app)), activated: async () => undefined }));
      } catch (error) {
        refusal.replaceChildren(refused(app, error));
      }
    };
    return {
      name: "activate",
      heading: m.heading,
      back: () => void showStart(app),
      body: [
        h("p", {}, m.lead),
        form("activate-form", () => void whileBusy(submit, app.m.common.working, begin),
          userId.element, letterCode.element, smsCode.element, refusal, h("div", { class: "segl-actions" }, submit)),
      ],
    };
  };
}

function refused(app: AppShell, error: unknown): HTMLElement {
  const m = app.m.activate;
  if (error instanceof Problem && error.code === "activation_refused") return alert("error", m.refused, { urgent: true });
  if (error instanceof Problem && error.code === "too_many_apps") return alert("error", m.tooManyApps, { urgent: true });
  const { heading, text } = explain(app, error);
  return alert("error", text, { heading, urgent: true });
}
