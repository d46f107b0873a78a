/** An official compares the pictures; meanwhile the page may be closed. */

import type { AppShell, MakeScreen } from "../../app_shell.ts";
import { moment } from "../../i18n/when.ts";
import type { Enrolment } from "../../protocol/enrolment.ts";
import { h } from "../../view/dom.ts";
import { againScreen } from "./face.ts";
import { failed } from "./failure.ts";
import { isForgotten, showState, type Journey } from "./journey.ts";

const AGAIN_MS = 5_000;

export function officialScreen(app: AppShell, journey: Journey, enrolment: Enrolment): MakeScreen {
  return () => {
    const m = app.m.identity.official;
    const notice = h("div", {});
    const leaving = new AbortController();
    const watch = async (): Promise<void> => {
      while (!leaving.signal.aborted) {
        try {
          for await (const seen of journey.own.changes(leaving.signal)) {
            if (leaving.signal.aborted) return;
            notice.replaceChildren();
            if (seen.state === "face") return app.show(againScreen(app, journey, "official"));
            if (seen.state !== "waiting_for_official") return void await showState(app, journey, seen);
          }
        } catch (error) {
          if (leaving.signal.aborted) return;
          await failed(app, journey, error, notice);
          if (isForgotten(error)) return;
        }
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    };
    void watch();
    return {
      name: "official",
      heading: m.heading,
      leave: () => leaving.abort(),
      body: [
        h("p", {}, m.lead),
        h("div", { class: "segl-waiting", role: "status", "data-testid": "waiting", "data-waiting": "true" }, h("p", {}, m.waiting)),
        notice,
        h("p", {}, m.leave),
        h("p", { class: "segl-soft" }, m.until(moment(new Date(enrolment.expires_at ?? journey.begun.expiresAt), new Date(), app.language))),
      ],
    };
  };
}
