/** Holds the document to a reader while the server reads the chip through this device, which understands nothing of it (R-DOC-6). */

import type { AppShell, MakeScreen } from "../../app_shell.ts";
import { demoReader, phoneReader, type DemoChip } from "../../protocol/chip_readers.ts";
import { relayChip, type ChipReader, type RelayEnd } from "../../protocol/chip_relay.ts";
import type { BegunReading } from "../../protocol/enrolment.ts";
import { Problem } from "../../protocol/problem.ts";
import { isWrongPassword, whyRefused } from "../../protocol/reading_verdict.ts";
import { alert, button, h } from "../../view/dom.ts";
import { phoneOnPassport } from "../../view/drawing.ts";
import { select } from "../../view/field.ts";
import { appointmentLink } from "./appointment.ts";
import { documentScreen, type Typed } from "./document.ts";
import { failed } from "./failure.ts";
import { showState, type Journey } from "./journey.ts";
import { chipProgress } from "./progress.ts";
import { unprovedScreen } from "./unproved.ts";

/** Milliseconds between two looks at whether a reading is judged. */
const JUDGING_MS = 400;

export function holdScreen(app: AppShell, journey: Journey, reading: BegunReading, chips: readonly DemoChip[], typed: Typed): MakeScreen {
  const way = journey.helping ? "helper" : "home";
  const correct = (): void => app.show(documentScreen(app, way, journey, typed));
  let token: string | undefined = reading.relay_token;
  const make: MakeScreen = () => {
    const m = app.m.identity.hold;
    const phone = phoneReader();
    if (phone === undefined && chips.length === 0) return noReaderScreen(app, correct);
    const leaving = new AbortController();
    const progress = chipProgress(app);
    const notice = h("div", {});
    const choice = demoChip(app, chips, typed);
    const start = button("primary", m.start, "hold", () => void read(choice?.reader()));
    const stop = button("secondary", m.cancel, "cancel", correct);
    const mend = button("secondary", m.correct, "correct", correct);
    mend.hidden = true;

    const ended = (message: string, wrong = false): void => {
      notice.replaceChildren(alert("warning", message, { urgent: true }));
      start.textContent = m.again;
      mend.hidden = !wrong;
    };
    const busy = (reads: boolean): void => {
      start.hidden = reads;
      progress.element.hidden = !reads;
      if (choice !== undefined) choice.element.hidden = reads;
    };
    const read = async (reader: ChipReader | undefined): Promise<void> => {
      if (reader === undefined) return;
      notice.replaceChildren();
      mend.hidden = true;
      busy(true);
      try {
        token ??= await journey.own.anotherRelay(reading.owner);
        const end = await relayChip({ url: `${origin()}/enrol/chip/${reading.case}`, token, reader, signal: leaving.signal, onNews: progress.show });
        token = end.end === "torn" ? end.token : undefined;
        if (end.end === "done") return await judged();
        ended(end.end === "torn" ? m.torn : refusal(app, end), end.end === "refused" && isWrongPassword(end.why));
      } catch (error) {
        if (leaving.signal.aborted) return;
        if (error instanceof Problem && error.code === "reading_over") return correct();
        await failed(app, journey, error, notice);
      }
      busy(false);
    };
    // The chip is read before all of it is judged.
    const judged = async (): Promise<void> => {
      progress.judging();
      while (!leaving.signal.aborted) {
        const enrolment = await journey.own.state();
        if (enrolment.state !== "document") return leaving.signal.aborted ? undefined : showState(app, journey, enrolment);
        const { state, steps } = await journey.own.reading(reading.owner);
        if (state === "refused" && !leaving.signal.aborted) return app.show(unprovedScreen(app, journey, whyRefused(steps)));
        await new Promise((resolve) => setTimeout(resolve, JUDGING_MS));
      }
    };
    busy(false);
    if (phone !== undefined && choice === undefined) void read(phone);
    return {
      name: "hold",
      heading: m.heading,
      leave: () => leaving.abort(),
      body: [
        phoneOnPassport(),
        h("p", {}, m.lead),
        choice?.element,
        progress.element,
        notice,
        h("div", { class: "segl-actions" }, start, mend, stop),
        h("p", { class: "segl-soft segl-small" }, m.sealed),
      ],
    };
  };
  return make;
}

const origin = (): string => location.origin.replace(/^http/, "ws");

function refusal(app: AppShell, end: RelayEnd & { end: "refused" }): string {
  const m = app.m.identity.hold;
  return isWrongPassword(end.why) ? m.wrong : m.failed(end.why);
}

/** Which of the demo's passports is held to the phone: the one that was typed, unless another is tried. */
function demoChip(app: AppShell, chips: readonly DemoChip[], typed: Typed): { element: HTMLElement; reader(): ChipReader } | undefined {
  const [first] = chips;
  if (first === undefined) return undefined;
  const { element, input } = select({
    name: "held-chip", label: app.m.identity.hold.choose, errorPrefix: app.m.common.errorPrefix, value: typed.persona === "" ? first.persona : typed.persona,
  }, chips.map(({ persona, name }) => [persona, name] as const));
  return { element: h("div", { class: "segl-demo-box" }, element), reader: () => demoReader(`${origin()}/demo/chips/${encodeURIComponent(input.value)}`) };
}

function noReaderScreen(app: AppShell, back: () => void): ReturnType<MakeScreen> {
  const m = app.m.identity.hold;
  return { name: "no-reader", heading: m.noReader, back, body: [phoneOnPassport(), h("p", {}, m.noReaderText), h("div", { class: "segl-actions" }, appointmentLink(app))] };
}
