/** What opens the chip: the number and two dates, the whole zone, or the card access number (ICAO 9303-11, 4.1). */

import type { AppShell, MakeScreen } from "../../app_shell.ts";
import { demoChips, type DemoChip } from "../../protocol/chip_readers.ts";
import { readCan, readDate, readDocumentNumber, readZone, type AccessData } from "../../protocol/document_fields.ts";
import type { BegunReading, Way } from "../../protocol/enrolment.ts";
import { Problem } from "../../protocol/problem.ts";
import { whileBusy } from "../../view/busy.ts";
import { h, submitButton } from "../../view/dom.ts";
import { cardFront, passportPage } from "../../view/drawing.ts";
import { area, choices, digits, field, select, type Field } from "../../view/field.ts";
import { form } from "../../view/form.ts";
import { failed } from "./failure.ts";
import { holdScreen } from "./hold.ts";
import { forget, keepBegun, type Journey } from "./journey.ts";
import { waysScreen } from "./ways.ts";

type By = "fields" | "zone" | "can";

/** What was typed so far; it outlives a change of language and a look at the next screen, and nothing else. */
export interface Typed {
  by: By;
  number: string;
  birth: string;
  expiry: string;
  zone: string;
  can: string;
  persona: string;
}

const nothing = (): Typed => ({ by: "fields", number: "", birth: "", expiry: "", zone: "", can: "", persona: "" });

export function documentScreen(app: AppShell, way: Way, begun?: Journey, typed: Typed = nothing()): MakeScreen {
  let journey = begun;
  let chips: readonly DemoChip[] | undefined;
  const make: MakeScreen = () => {
    const m = app.m.identity.document;
    const helping = way === "helper";
    const inputs = accessInputs(app, typed);
    const notice = h("div", {});
    const demo = h("div", {});
    const submit = submitButton(app.m.common.next);

    const send = async (): Promise<void> => {
      notice.replaceChildren();
      const access = inputs.read();
      if (access === undefined) return;
      try {
        journey ??= await keepBegun(app, way, await app.enrolling.begin(way));
        const reading: BegunReading = await journey.own.beginReading(access);
        app.show(holdScreen(app, journey, reading, chips ?? [], typed));
      } catch (error) {
        if (error instanceof Problem && error.code === "access_data") return inputs.refused(m.faults.refused);
        await failed(app, journey, error, notice);
      }
    };
    // Nothing is proved yet, so there is nothing to come back to.
    const leave = async (): Promise<void> => {
      if (journey !== undefined) await forget(app, journey);
      app.show(waysScreen(app));
    };
    const offer = (offered: readonly DemoChip[]): void => {
      chips = offered;
      if (offered.length > 0 && app.isShowing(make)) demo.replaceChildren(demoChoice(app, offered, typed, inputs.show));
    };
    // Without an answer the demo's passports are not there, and everything else is.
    if (chips !== undefined) queueMicrotask(() => offer(chips ?? []));
    else void demoChips(app.http).then(offer, () => undefined);
    return {
      name: "document",
      heading: helping ? m.headingHelper : m.heading,
      back: () => void leave(),
      body: [
        h("p", {}, helping ? m.leadHelper : m.lead),
        demo,
        form("document-form", () => void whileBusy(submit, app.m.common.working, send),
          inputs.element, notice, h("div", { class: "segl-actions" }, submit)),
      ],
    };
  };
  return make;
}

interface AccessInputs {
  readonly element: HTMLElement;
  /** Reads what is typed, or says in each field what is wrong with it. */
  read(): AccessData | undefined;
  refused(message: string): void;
  /** Shows what stands in `typed`. */
  show(): void;
}

const noNames = { spellcheck: "false", autocapitalize: "characters", "data-1p-ignore": true, "data-lpignore": "true" } as const;

function accessInputs(app: AppShell, typed: Typed): AccessInputs {
  const m = app.m.identity.document;
  const { errorPrefix } = app.m.common;
  const bound = (made: Field, member: "number" | "birth" | "expiry" | "zone" | "can"): Field => {
    made.input.value = typed[member];
    made.input.addEventListener("input", () => { typed[member] = made.input.value; });
    return made;
  };
  const number = bound(field({ name: "document-number", label: m.number, hint: m.numberHint, errorPrefix, class: "segl-caps", attributes: { ...noNames, maxlength: 24 } }), "number");
  const birth = bound(field({ name: "birth-date", label: m.birth, hint: m.birthHint, errorPrefix, attributes: { ...noNames, inputmode: "numeric", maxlength: 14 } }), "birth");
  const expiry = bound(field({ name: "expiry-date", label: m.expiry, hint: m.expiryHint, errorPrefix, attributes: { ...noNames, inputmode: "numeric", maxlength: 14 } }), "expiry");
  const zone = bound(area({ name: "zone", label: m.zone, hint: m.zoneHint, errorPrefix, class: "segl-mono segl-zone", attributes: { ...noNames, rows: 3, wrap: "off" } }), "zone");
  const can = bound(digits({ name: "can", label: m.can, hint: m.canHint, errorPrefix }, 10), "can");
  const parts: Readonly<Record<By, HTMLElement>> = {
    fields: h("div", {}, passportPage(), h("p", { class: "sr-only" }, m.picture), number.element, birth.element, expiry.element),
    zone: h("div", {}, zone.element),
    can: h("div", {}, cardFront(), can.element),
  };
  const by = choices<By>({ name: "by", legend: m.how, chosen: typed.by, options: { fields: m.byFields, zone: m.byZone, can: m.byCan } }, (chosen) => {
    typed.by = chosen;
    for (const [part, element] of Object.entries(parts)) element.hidden = part !== chosen;
  });
  const show = (): void => {
    for (const made of [number, birth, expiry, zone, can]) made.fail(undefined);
    number.input.value = typed.number;
    birth.input.value = typed.birth;
    expiry.input.value = typed.expiry;
    zone.input.value = typed.zone;
    can.input.value = typed.can;
    by.choose(typed.by);
  };
  show();
  const one = <T>(made: Field, value: T | undefined, fault: string): T | undefined => {
    made.fail(value === undefined ? fault : undefined);
    return value;
  };
  const read = (): AccessData | undefined => {
    if (typed.by === "zone") {
      const lines = one(zone, readZone(typed.zone), m.faults.zone);
      return lines === undefined ? undefined : { zone: lines };
    }
    if (typed.by === "can") {
      const code = one(can, readCan(typed.can), m.faults.can);
      return code === undefined ? undefined : { can: code };
    }
    // The first field with an error is reported last, so that it has the focus.
    const expiry_date = one(expiry, readDate(typed.expiry), m.faults.expiry);
    const birth_date = one(birth, readDate(typed.birth), m.faults.birth);
    const document_number = one(number, readDocumentNumber(typed.number), m.faults.number);
    if (document_number === undefined || birth_date === undefined || expiry_date === undefined) return undefined;
    return { mrz: { document_number, birth_date, expiry_date } };
  };
  return {
    element: h("div", {}, by.element, ...Object.values(parts)),
    read,
    refused: (message) => ({ fields: number, zone, can })[typed.by].fail(message),
    show,
  };
}

/** `DD-MM-YY` of `YYMMDD`. */
const asTyped = (date: string): string => [date.slice(4), date.slice(2, 4), date.slice(0, 2)].join("-");

/** The demo's passports, so that nobody has to copy a zone from one window to another. */
function demoChoice(app: AppShell, chips: readonly DemoChip[], typed: Typed, show: () => void): HTMLElement {
  const m = app.m.identity.document;
  const choice = select({ name: "demo-chip", label: m.demo, hint: m.demoHint, errorPrefix: app.m.common.errorPrefix, value: typed.persona },
    [["", m.demoNone], ...chips.map(({ persona, name }) => [persona, name] as const)]);
  const shows = h("p", { class: "segl-small", "data-testid": "demo-shows" });
  const fill = (persona: string): void => {
    const chip = chips.find((one) => one.persona === persona);
    shows.textContent = chip?.shows ?? "";
    shows.hidden = shows.textContent === "";
    if (chip === undefined || typed.persona === persona) return;
    Object.assign(typed, {
      persona, by: "fields", number: chip.mrz.document_number, birth: asTyped(chip.mrz.birth_date),
      expiry: asTyped(chip.mrz.expiry_date), zone: chip.zone, can: chip.can ?? "",
    } satisfies Typed);
    show();
  };
  choice.input.addEventListener("change", () => fill(choice.input.value));
  fill(typed.persona);
  return h("div", { class: "segl-demo-box" }, choice.element, shows);
}
