/** The user ID, its rules told as it is typed (R-UID-1), and how its holder can be reached (R-PER-5, R-REC-3). */

import type { AppShell, MakeScreen } from "../../app_shell.ts";
import { countries, readPhone } from "../../protocol/phone_number.ts";
import { Problem } from "../../protocol/problem.ts";
import { userIdFault, type UserIdFault } from "../../protocol/user_id_rules.ts";
import { whileBusy } from "../../view/busy.ts";
import { h, submitButton } from "../../view/dom.ts";
import { field, select } from "../../view/field.ts";
import { form } from "../../view/form.ts";
import { pinScreen } from "./app.ts";
import { failed } from "./failure.ts";
import { goOn, type Journey } from "./journey.ts";

const QUIET_MS = 500;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@.]+$/;

interface Contact { userId: string; country: string; phone: string; email: string }

export function userIdScreen(app: AppShell, journey: Journey): MakeScreen {
  const typed: Contact = { userId: "", country: "DK", phone: "", email: "" };
  return () => {
    const m = app.m.identity.userId;
    const { errorPrefix } = app.m.common;
    const userId = field({
      name: "user-id", label: m.label, hint: m.hint, errorPrefix, value: typed.userId,
      attributes: { autocapitalize: "none", spellcheck: "false", maxlength: 60, autocomplete: "username" },
    });
    const country = select({ name: "country", label: m.country, errorPrefix, value: typed.country }, countryNames(app.language));
    const phone = field({ name: "phone", label: m.phone, hint: m.phoneHint, errorPrefix, value: typed.phone, attributes: { type: "tel", autocomplete: "tel-national", maxlength: 24 } });
    const email = field({ name: "email", label: m.email, hint: m.emailHint, errorPrefix, value: typed.email, attributes: { type: "email", autocomplete: "email", maxlength: 254 } });
    const checked = h("p", { class: "segl-live", role: "status", "data-testid": "user-id-state" });
    const notice = h("div", {});
    const submit = submitButton(app.m.common.next);
    const check = liveCheck(app, journey, checked);
    userId.input.addEventListener("input", () => {
      typed.userId = userId.input.value;
      userId.fail(undefined);
      check(typed.userId);
    });
    country.input.addEventListener("change", () => { typed.country = country.input.value; });
    phone.input.addEventListener("input", () => { typed.phone = phone.input.value; });
    email.input.addEventListener("input", () => { typed.email = email.input.value; });
    if (typed.userId !== "") check(typed.userId);

    const refused = (error: unknown): boolean => {
      if (!(error instanceof Problem)) return false;
      if (error.code === "user_id_taken") userId.fail(m.faults.taken);
      else if (error.code === "user_id_refused") userId.fail(m.faults[userIdFault(typed.userId) ?? "character"]);
      else if (error.code === "phone_refused") phone.fail(m.phoneWrong);
      else if (error.code === "email_refused") email.fail(m.emailWrong);
      else if (error.code === "contact_missing") email.fail(m.emailMissing);
      else return false;
      return true;
    };
    const send = async (): Promise<void> => {
      const number = readPhone(typed.phone, countries.find((one) => one.country === typed.country)?.code ?? "45");
      const address = typed.email.trim();
      const fault = userIdFault(typed.userId);
      notice.replaceChildren();
      // The first field with an error is reported last, so that it has the focus.
      email.fail(address === "" || EMAIL.test(address) ? undefined : m.emailWrong);
      phone.fail(number === undefined ? m.phoneWrong : undefined);
      userId.fail(fault === undefined ? undefined : m.faults[fault]);
      if (fault !== undefined || number === undefined || (address !== "" && !EMAIL.test(address))) return;
      try {
        const activation = await journey.own.chooseUserId({ user_id: typed.userId, phone: number, email: address === "" ? null : address });
        app.show(pinScreen(app, journey, activation));
      } catch (error) {
        if (refused(error)) return;
        if (error instanceof Problem && error.code === "has_identity") return goOn(app, journey);
        await failed(app, journey, error, notice);
      }
    };
    return {
      name: "user-id",
      heading: m.heading,
      body: [
        h("p", {}, m.lead),
        form("user-id-form", () => void whileBusy(submit, app.m.common.working, send),
          userId.element, checked,
          h("h2", {}, m.contact), h("p", {}, m.contactLead),
          country.element, phone.element, email.element,
          notice, h("div", { class: "segl-actions" }, submit)),
      ],
    };
  };
}

/** Tells the first rule that is broken, or whether it is free, once the person pauses. The server has the last word all the same. */
function liveCheck(app: AppShell, journey: Journey, place: HTMLElement): (typed: string) => void {
  const m = app.m.identity.userId;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest = "";
  const say = (state: "none" | "wrong" | "checking" | "free", text: string): void => {
    place.dataset["state"] = state;
    place.textContent = text;
  };
  const ask = async (typed: string): Promise<void> => {
    try {
      const { free, why } = await journey.own.isUserIdFree(typed);
      if (typed !== latest) return;
      const fault: UserIdFault | "taken" = why ?? "taken";
      say(free ? "free" : "wrong", free ? m.free : m.faults[fault]);
    } catch {
      if (typed === latest) say("none", ""); // sending it will tell
    }
  };
  return (typed) => {
    latest = typed;
    clearTimeout(timer);
    if (typed === "") return say("none", "");
    const fault = userIdFault(typed);
    // Too short is no mistake while somebody is still typing.
    if (fault === "too_short") return say("none", "");
    if (fault !== undefined) return say("wrong", m.faults[fault]);
    say("checking", m.checking);
    timer = setTimeout(() => void ask(typed), QUIET_MS);
  };
}

/** The realm first, then every country by its name in the reader's language. */
function countryNames(language: string): (readonly [string, string])[] {
  const names = new Intl.DisplayNames([language], { type: "region" });
  const named = countries.map(({ country, code }) => [country, `${names.of(country) ?? country} (+${code})`] as const);
  const rest = named.slice(3).sort(([, a], [, b]) => a.localeCompare(b, language));
  return [...named.slice(0, 3), ...rest];
}
