/** Scans two consecutive halves of the animated code (R-SIG-4). */

import type { AppShell, MakeScreen } from "../app_shell.ts";
import { QrHalves } from "../protocol/qr_halves.ts";
import type { Person } from "../store/people.ts";
import { cameraFault, startCamera, type Camera } from "../view/camera.ts";
import { alert, button, h } from "../view/dom.ts";
import { openRequest } from "./claim.ts";
import { explain } from "./failure.ts";
import { homeScreen } from "./home.ts";
import { typeCodeScreen } from "./type_code.ts";

export function scanScreen(app: AppShell, person: Person): MakeScreen {
  return () => {
    const m = app.m.scan;
    const halves = new QrHalves();
    const steps = [h("span", {}), h("span", {})];
    const status = h("p", { role: "status", "data-testid": "scan-status" }, m.starting);
    const video = h("video", { playsinline: true, "aria-label": m.camera });
    video.muted = true;
    const frame = h("div", { class: "segl-camera", "data-testid": "camera" }, video);
    const bars = h("div", { class: "segl-progress", "aria-hidden": "true" }, ...steps);
    const notice = h("div", {});
    let camera: Camera | undefined;
    let left = false;

    const progress = (read: 0 | 1 | 2, words: string): void => {
      steps.forEach((step, index) => step.classList.toggle("is-done", index < read));
      if (status.textContent !== words) status.textContent = words;
    };
    const onText = (text: string): void => {
      const seen = halves.add(text);
      if (seen.seen === "foreign") return progress(0, m.foreign);
      if (seen.seen === "half") return progress(1, m.oneOfTwo);
      progress(2, m.twoOfTwo);
      camera?.stop();
      void openRequest(app, person, { qr: seen.qr }, (problem) => {
        if (problem.code !== "channel_refused" || left) return false;
        const { heading, text: why } = explain(app, problem);
        notice.replaceChildren(alert("warning", why, { heading, urgent: true }));
        void start();
        return true;
      });
    };
    const start = async (): Promise<void> => {
      halves.clear();
      progress(0, m.starting);
      frame.hidden = bars.hidden = false;
      try {
        const started = await startCamera(video, onText);
        if (left) return started.stop();
        camera = started;
        progress(0, m.looking);
      } catch (error) {
        frame.hidden = bars.hidden = true;
        progress(0, "");
        notice.replaceChildren(alert("warning", m[cameraFault(error)], { urgent: true }),
          button("secondary", m.again, "camera-again", () => { notice.replaceChildren(); void start(); }));
      }
    };
    void start();
    return {
      name: "scan",
      heading: m.heading,
      back: () => app.show(homeScreen(app, person)),
      leave: () => { left = true; camera?.stop(); },
      body: [
        h("p", {}, m.lead),
        notice,
        frame,
        bars,
        status,
        h("div", { class: "segl-actions" }, button("secondary", m.typeInstead, "type", () => app.show(typeCodeScreen(app, person)))),
      ],
    };
  };
}
