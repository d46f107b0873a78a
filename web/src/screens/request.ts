/** One request: who asks, for what, in which words; then the PIN, or no (R-SIG-2). */

import type { AppShell, MakeScreen } from "../app_shell.ts";
import { clockTime } from "../i18n/when.ts";
import { approve, WrongPin } from "../protocol/flows.ts";
import type { ClaimedRequest, RejectReason } from "../protocol/types.ts";
import type { Person } from "../store/people.ts";
import { whileBusy } from "../view/busy.ts";
import { button, h, submitButton } from "../view/dom.ts";
import { pinField } from "../view/field.ts";
import { form } from "../view/form.ts";
import { countdown } from "./countdown.ts";
import { explainApproval, outcome } from "./failure.ts";
import { personLabel } from "./people.ts";
import { failureResult, resultScreen } from "./result.ts";

export function requestScreen(app: AppShell, person: Person, request: ClaimedRequest): MakeScreen {
  return () => {
    const m = app.m.request;
    const pin = pinField({ name: "pin", label: m.pin, hint: m.pinHint, errorPrefix: app.m.common.errorPrefix });
    const submit = submitButton(m.approve);
    let sending = false; // an answer on its way may still be in time: the server decides
    const clock = countdown(app, new Date(request.expires_at), () => {
      if (!sending) app.show(resultScreen(app, person, { name: "timed_out", tone: "note", say: () => outcome(app.m, "timed_out") }));
    });

    const send = async (): Promise<void> => {
      const typed = pin.input.value;
      const right = /^[0-9]{6}$/.test(typed);
      pin.fail(right ? undefined : app.m.pinFaults.shape);
      if (!right) return;
      sending = true;
      try {
        const { return_to } = await approve(app.appClient(person), app.opaque, person, request, typed);
        finish(app, person, request, "approved", return_to);
      } catch (error) {
        pin.input.value = "";
        if (!(error instanceof WrongPin)) return showFailure(app, person, request, error);
        pin.fail(request.psd2 ? app.m.pinFaults.neutral : app.m.pinFaults.wrong(error.triesLeft));
      } finally {
        sending = false;
      }
    };
    const refuse = (control: HTMLButtonElement, reason: RejectReason): void => void whileBusy(control, app.m.common.working, async () => {
      try {
        const { return_to } = await app.appClient(person).reject(request.claim, reason);
        finish(app, person, request, reason === "abort" ? "rejected" : "reported", return_to);
      } catch (error) {
        showFailure(app, person, request, error);
      }
    });
    const reject = button("secondary", m.reject, "reject", () => refuse(reject, "abort"));
    const notMe = button("danger", m.notMe, "not-me", () => refuse(notMe, "not_me"));

    return {
      name: "request",
      heading: request.service,
      headingClass: "segl-asks",
      above: [
        h("div", { class: "segl-person segl-person--static" }, ...personLabel(person, app.m.common.userId)),
        h("span", { class: "segl-tag", "data-testid": "action", "data-action": request.action }, app.m.actions[request.action].word),
      ],
      leave: clock.stop,
      body: [
        ...whatIsAsked(app, request),
        form("approve-form", () => void whileBusy(submit, m.approving, send),
          pin.element, h("p", { class: "segl-soft segl-small" }, m.onlyYou), clock.element, h("div", { class: "segl-actions" }, submit)),
        h("div", { class: "segl-actions" }, reject, notMe),
      ],
    };
  };
}

function whatIsAsked(app: AppShell, request: ClaimedRequest): HTMLElement[] {
  const m = app.m.request;
  const reference = request.reference_text === "" ? [] : [
    h("p", {}, m.readFirst),
    h("div", { class: "segl-reference" },
      h("p", { class: "segl-reference__label" }, m.reference(request.service)),
      h("p", { class: "segl-reference__text", "data-testid": "reference-text" }, request.reference_text)),
  ];
  return [
    h("p", { class: "segl-soft", "data-testid": "organisation" }, m.by(request.organisation)),
    h("p", { class: "segl-action" }, app.m.actions[request.action].text(request.service)),
    ...reference,
    h("dl", { class: "segl-facts segl-small" },
      h("dt", {}, m.browser), h("dd", { "data-testid": "browser" }, request.browser),
      h("dt", {}, m.begun), h("dd", {}, app.m.time.at(clockTime(new Date(request.begun_at), app.language)))),
  ];
}

/** Ends well, or with a no; on the same device the browser goes back to the service by itself. */
function finish(app: AppShell, person: Person, request: ClaimedRequest, how: "approved" | "rejected" | "reported", returnTo: string | undefined): void {
  const say = (): { heading: string; text: string } => {
    const { heading, text } = app.m.results[how];
    if (returnTo !== undefined) return { heading, text: app.m.results.returning(request.service) };
    return { heading, text: typeof text === "string" ? text : text(request.service) };
  };
  app.show(resultScreen(app, person, { name: how, tone: how === "approved" ? "good" : "neutral", say }));
  if (returnTo !== undefined) app.returnTo(returnTo);
}

function showFailure(app: AppShell, person: Person, request: ClaimedRequest, error: unknown): void {
  app.show(resultScreen(app, person, failureResult(() => explainApproval(app, error, request.psd2))));
}
