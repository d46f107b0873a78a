/** Goes on with a code or QR code from a helper, Citizen Service or another device (R-HLP-1): on a device where nobody looks over the shoulder. */

import type { AppShell, MakeScreen } from "../../app_shell.ts";
import { continuationLink, normaliseContinuationCode } from "../../protocol/continuation_code.ts";
import { Problem } from "../../protocol/problem.ts";
import { whileBusy } from "../../view/busy.ts";
import { cameraFault, startCamera, type Camera } from "../../view/camera.ts";
import { alert, button, h, submitButton } from "../../view/dom.ts";
import { field } from "../../view/field.ts";
import { form } from "../../view/form.ts";
import { failed } from "./failure.ts";
import { goOn, keepBegun, type Journey } from "./journey.ts";
import { waysScreen } from "./ways.ts";

type By = { readonly code: string } | { readonly link: string };

/** Redeems the code, once. The token is kept before anything is shown: it cannot be had again. */
async function redeem(app: AppShell, by: By): Promise<void> {
  const answer = await app.enrolling.goOn(by);
  app.show(arrivedScreen(app, await keepBegun(app, "continued", answer)));
}

export function continueScreen(app: AppShell): MakeScreen {
  return () => {
    const m = app.m.identity.goOn;
    const code = field({
      name: "continuation-code", label: m.label, hint: m.hint, errorPrefix: app.m.common.errorPrefix, class: "segl-caps",
      attributes: { autocapitalize: "characters", spellcheck: "false", maxlength: 20 },
    });
    const notice = h("div", {});
    const submit = submitButton(app.m.common.next);
    const send = async (): Promise<void> => {
      const typed = normaliseContinuationCode(code.input.value);
      notice.replaceChildren();
      code.fail(typed === undefined ? m.shape : undefined);
      if (typed === undefined) return;
      try {
        await redeem(app, { code: typed });
      } catch (error) {
        if (error instanceof Problem && error.code === "continuation_refused") return code.fail(m.refused);
        await failed(app, undefined, error, notice);
      }
    };
    return {
      name: "continue",
      heading: m.heading,
      back: () => app.show(waysScreen(app)),
      body: [
        h("p", {}, m.lead),
        form("continue-form", () => void whileBusy(submit, app.m.common.working, send),
          code.element, notice, h("div", { class: "segl-actions" }, submit, button("secondary", m.scan, "scan", () => app.show(scanToContinueScreen(app))))),
      ],
    };
  };
}

/** The link of a QR code that another camera read, or of this page's own address. */
export function openContinuation(app: AppShell, link: string): void {
  // Used once, however often the language changes.
  const notice = h("div", { role: "status" }, app.m.common.working);
  let opening: Promise<void> | undefined;
  const make: MakeScreen = () => {
    const open = async (): Promise<void> => {
      try {
        await redeem(app, { link });
      } catch (error) {
        if (!app.isShowing(make)) return;
        if (error instanceof Problem && error.code === "continuation_refused") notice.replaceChildren(alert("error", app.m.identity.goOn.refused, { urgent: true }));
        else await failed(app, undefined, error, notice);
      }
    };
    opening ??= open();
    return {
      name: "continuing",
      heading: app.m.identity.goOn.heading,
      back: () => app.show(continueScreen(app)),
      body: [notice],
    };
  };
  app.show(make);
}

function scanToContinueScreen(app: AppShell): MakeScreen {
  return () => {
    const m = app.m.identity.goOn;
    const status = h("p", { role: "status", "data-testid": "scan-status" }, app.m.scan.starting);
    const video = h("video", { playsinline: true, "aria-label": app.m.scan.camera });
    video.muted = true;
    const frame = h("div", { class: "segl-camera", "data-testid": "camera" }, video);
    let camera: Camera | undefined;
    let left = false;
    const seen = (text: string): void => {
      const link = continuationLink(text, location.origin);
      if (link === undefined) status.textContent = m.foreign;
      else if (!left) openContinuation(app, link);
    };
    const start = async (): Promise<void> => {
      try {
        const started = await startCamera(video, seen);
        if (left) return started.stop();
        camera = started;
        status.textContent = m.looking;
      } catch (error) {
        frame.hidden = true;
        status.replaceChildren(alert("warning", app.m.scan[cameraFault(error)]));
      }
    };
    void start();
    return {
      name: "scan-to-continue",
      heading: m.heading,
      back: () => app.show(continueScreen(app)),
      leave: () => { left = true; camera?.stop(); },
      body: [frame, status],
    };
  };
}

/** The last chance to turn the screen away from everybody else (R-HLP-1, R-PER-3). */
function arrivedScreen(app: AppShell, journey: Journey): MakeScreen {
  return () => {
    const m = app.m.identity.goOn;
    const notice = h("div", {});
    const go = async (): Promise<void> => {
      try {
        await goOn(app, journey);
      } catch (error) {
        await failed(app, undefined, error, notice);
      }
    };
    const alone = button("primary", m.alone, "alone", () => void whileBusy(alone, app.m.common.working, go));
    return { name: "arrived", heading: m.arrivedHeading, body: [h("p", {}, m.arrived), notice, h("div", { class: "segl-actions" }, alone)] };
  };
}
