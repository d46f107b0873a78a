/** What the chip said, for its holder to say yes to (R-DOC-6). A helper is never shown this. */

import type { AppShell, MakeScreen } from "../../app_shell.ts";
import { fullDate } from "../../i18n/when.ts";
import type { ReadDocument } from "../../protocol/enrolment.ts";
import { button, h } from "../../view/dom.ts";
import { documentScreen } from "./document.ts";
import { faceScreen } from "./face.ts";
import { forget, type Journey } from "./journey.ts";

export function readScreen(app: AppShell, journey: Journey, document: ReadDocument): MakeScreen {
  return () => {
    const m = app.m.identity.read;
    const another = async (): Promise<void> => {
      await forget(app, journey);
      app.show(documentScreen(app, "home"));
    };
    return {
      name: "read",
      heading: m.heading,
      body: [
        h("p", {}, m.lead),
        document.portrait === null
          ? h("p", { class: "segl-soft" }, m.noPortrait)
          : h("img", { class: "segl-portrait", src: document.portrait, alt: m.portrait, "data-testid": "portrait" }),
        h("dl", { class: "segl-facts" },
          h("dt", {}, m.name), h("dd", { "data-testid": "name" }, document.name),
          h("dt", {}, m.birth), h("dd", { "data-testid": "birth-date" }, day(app, document.birth_date)),
          h("dt", {}, m.nationality), h("dd", {}, nationality(document.nationality, app.language)),
          h("dt", {}, m.kind), h("dd", {}, `${m.kinds[document.kind] ?? m.kinds.other}, ${m.numberTail(document.document_number_tail)}`),
          h("dt", {}, m.expiry), h("dd", {}, day(app, document.expiry))),
        h("div", { class: "segl-actions" },
          button("primary", m.yes, "yes", () => app.show(faceScreen(app, journey))),
          button("secondary", m.no, "no", () => void another())),
      ],
    };
  };
}

const day = (app: AppShell, date: string | null): string => (date === null ? app.m.identity.read.unknown : fullDate(date, app.language));

/** The country's name, or the zone's letters for one that is rare here. */
function nationality(letters: string, language: string): string {
  const two = alpha2[letters];
  return two === undefined ? letters : new Intl.DisplayNames([language], { type: "region" }).of(two) ?? letters;
}

/** The zone's letters (ICAO 9303-3, section 5) of the citizenships that are common in Denmark, as ISO 3166's two. */
const alpha2: Readonly<Record<string, string>> = {
  DNK: "DK", SWE: "SE", NOR: "NO", FIN: "FI", ISL: "IS", POL: "PL", ROU: "RO", DEU: "DE", D: "DE", GBR: "GB", IRL: "IE", FRA: "FR", ESP: "ES", ITA: "IT",
  NLD: "NL", BEL: "BE", AUT: "AT", CHE: "CH", PRT: "PT", GRC: "GR", LTU: "LT", LVA: "LV", EST: "EE", UKR: "UA", BGR: "BG", HRV: "HR", HUN: "HU", CZE: "CZ",
  SVK: "SK", SVN: "SI", TUR: "TR", IND: "IN", CHN: "CN", PAK: "PK", USA: "US", CAN: "CA", AUS: "AU", NZL: "NZ", IRN: "IR", IRQ: "IQ", SYR: "SY", AFG: "AF",
  BGD: "BD", PHL: "PH", THA: "TH", VNM: "VN", BRA: "BR", SOM: "SO",
};
