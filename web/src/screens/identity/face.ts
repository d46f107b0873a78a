/** Pictures of the face, in the steps that the server asks for, to be compared with the chip's (R-DOC-6). */

import type { AppShell, MakeScreen } from "../../app_shell.ts";
import type { FaceChallenge, FaceStep } from "../../protocol/enrolment.ts";
import { Problem } from "../../protocol/problem.ts";
import { whileBusy } from "../../view/busy.ts";
import { cameraFault, openCamera, takeJpeg, type Camera } from "../../view/camera.ts";
import { alert, button, h } from "../../view/dom.ts";
import { head } from "../../view/drawing.ts";
import { failed } from "./failure.ts";
import { goOn, type Journey } from "./journey.ts";

export function faceScreen(app: AppShell, journey: Journey): MakeScreen {
  return () => {
    const m = app.m.identity.face;
    const notice = h("div", {});
    const begin = async (): Promise<void> => {
      notice.replaceChildren();
      try {
        app.show(stepsScreen(app, journey, await journey.own.faceChallenge()));
      } catch (error) {
        await failed(app, journey, error, notice);
      }
    };
    const start = button("primary", m.start, "start-camera", () => void whileBusy(start, app.m.common.working, begin));
    return {
      name: "face",
      heading: journey.helping ? m.headingHelper : m.heading,
      body: [
        head("straight"),
        h("p", {}, journey.helping ? m.leadHelper : m.lead),
        h("p", { class: "segl-soft" }, m.kept),
        notice,
        h("div", { class: "segl-actions" }, start),
      ],
    };
  };
}

interface Picture { readonly step: FaceStep; readonly jpeg: string }

/** One step after the other, each with a picture; the pictures are nowhere but in this screen's memory. */
function stepsScreen(app: AppShell, journey: Journey, challenge: FaceChallenge): MakeScreen {
  const pictures: Picture[] = [];
  return () => {
    const m = app.m.identity.face;
    const words = journey.helping ? m.stepsHelper : m.steps;
    const video = h("video", { playsinline: true, "aria-label": m.camera, class: journey.helping ? undefined : "segl-mirror" });
    video.muted = true;
    const frame = h("div", { class: "segl-camera segl-camera--face", "data-testid": "camera" }, video);
    const count = h("p", { class: "segl-soft", "data-testid": "step-count" });
    const asked = h("p", { class: "segl-step", role: "status", "data-testid": "step" }, m.starting);
    const pose = h("div", { class: journey.helping ? "segl-pose segl-mirror" : "segl-pose" });
    const notice = h("div", {});
    const take = button("primary", m.take, "take", () => void whileBusy(take, app.m.common.working, taken));
    take.hidden = true;
    let camera: Camera | undefined;
    let left = false;

    const ask = (): void => {
      const step = challenge.steps[pictures.length]?.step;
      if (step === undefined) return;
      count.textContent = m.step(pictures.length + 1, challenge.steps.length);
      asked.textContent = words[step] ?? step;
      asked.dataset["step"] = step;
      pose.replaceChildren(head(step));
    };
    const taken = async (): Promise<void> => {
      const step = challenge.steps[pictures.length]?.step;
      if (step !== undefined) pictures.push({ step, jpeg: await takeJpeg(video) });
      if (pictures.length < challenge.steps.length) return ask();
      asked.textContent = m.sending;
      try {
        const outcome = await journey.own.sendFace(challenge.challenge, pictures);
        camera?.stop();
        if (outcome.outcome === "again") app.show(againScreen(app, journey, outcome.why));
        else await goOn(app, journey);
      } catch (error) {
        if (error instanceof Problem && error.code === "face_challenge_over") return app.show(againScreen(app, journey, ["expired"]));
        if (error instanceof Problem && error.code === "face_pictures") return app.show(againScreen(app, journey, []));
        await failed(app, journey, error, notice);
      }
    };
    const start = async (): Promise<void> => {
      try {
        const started = await openCamera(video, journey.helping ? "environment" : "user");
        if (left) return started.stop();
        camera = started;
        take.hidden = false;
        ask();
      } catch (error) {
        frame.hidden = true;
        asked.textContent = "";
        notice.replaceChildren(alert("warning", m[cameraFault(error)], { urgent: true }),
          button("secondary", app.m.scan.again, "camera-again", () => app.show(faceScreen(app, journey))));
      }
    };
    void start();
    return {
      name: "face-steps",
      heading: journey.helping ? m.headingHelper : m.heading,
      back: () => app.show(faceScreen(app, journey)),
      leave: () => { left = true; camera?.stop(); },
      body: [count, h("div", { class: "segl-pose-row" }, pose, asked), frame, notice, h("div", { class: "segl-actions" }, take)],
    };
  };
}

/** What was wrong with the pictures, in the server's words, or that an official could not tell; new ones answer new steps. */
export function againScreen(app: AppShell, journey: Journey, why: readonly string[] | "official"): MakeScreen {
  return () => {
    const m = app.m.identity.face;
    const known = m.why as Readonly<Record<string, string>>;
    const reasons = why === "official" ? [m.byOfficial] : why.flatMap((word) => (Object.hasOwn(known, word) ? [known[word] ?? ""] : []));
    const make = faceScreen(app, journey);
    return {
      name: "face-again",
      heading: m.againHeading,
      body: [
        reasons.length > 0 && h("ul", { "data-testid": "why", "data-why": why === "official" ? why : why.join(" ") }, ...reasons.map((reason) => h("li", {}, reason))),
        h("p", {}, m.whyOther),
        h("div", { class: "segl-actions" }, button("primary", m.again, "again", () => app.show(make))),
      ],
    };
  };
}
