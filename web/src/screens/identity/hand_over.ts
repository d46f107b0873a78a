/** The helper's last screen: a code and a QR code, shown once, with which the person helped goes on alone (R-HLP-1). */

import type { AppShell, MakeScreen } from "../../app_shell.ts";
import { moment } from "../../i18n/when.ts";
import type { Enrolment, HandOver } from "../../protocol/enrolment.ts";
import { whileBusy } from "../../view/busy.ts";
import { alert, button, h } from "../../view/dom.ts";
import { qrPicture } from "../../view/qr.ts";
import { showStart } from "../people.ts";
import { failed } from "./failure.ts";
import { forget, type Journey } from "./journey.ts";

export function handOverScreen(app: AppShell, journey: Journey, { state }: Pick<Enrolment, "state">): MakeScreen {
  return () => {
    const m = app.m.identity.handOver;
    const notice = h("div", {});
    const handOver = async (): Promise<void> => {
      try {
        const given = await journey.own.handOver();
        // From here on nothing of the other person is left on this device but what stands on the screen.
        await forget(app, journey);
        app.show(codeScreen(app, given));
      } catch (error) {
        await failed(app, journey, error, notice);
      }
    };
    const show = button("primary", m.show, "show-code", () => void whileBusy(show, app.m.common.working, handOver));
    return {
      name: "hand-over",
      heading: m.heading,
      body: [
        h("p", {}, m.lead),
        state === "waiting_for_official" && alert("info", m.waitingOfficial),
        h("p", {}, m.once),
        notice,
        h("div", { class: "segl-actions" }, show),
      ],
    };
  };
}

function codeScreen(app: AppShell, { code, link, expires_at }: HandOver): MakeScreen {
  return () => {
    const m = app.m.identity.handOver;
    return {
      name: "hand-over-code",
      heading: m.shownHeading,
      body: [
        h("p", {}, m.scan),
        qrPicture(link, m.qr),
        h("p", {}, m.type),
        h("p", { class: "segl-code segl-code--long", "data-testid": "code" }, code),
        h("p", { class: "segl-soft segl-small segl-center" }, m.where, " ", h("span", { class: "segl-mono" }, `${new URL(link).origin}/app/`)),
        h("p", { class: "segl-soft" }, m.until(moment(new Date(expires_at), new Date(), app.language))),
        alert("info", m.forgotten),
        h("div", { class: "segl-actions" }, button("primary", m.done, "done", () => void showStart(app))),
      ],
    };
  };
}

export function handedOverScreen(app: AppShell): MakeScreen {
  return () => ({
    name: "handed-over",
    heading: app.m.identity.handOver.overHeading,
    body: [
      h("p", {}, app.m.identity.handOver.over),
      h("div", { class: "segl-actions" }, button("primary", app.m.common.home, "home", () => void showStart(app))),
    ],
  });
}
