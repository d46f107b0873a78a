/** How far the reading is: a bar, and words for what is read now. */

import type { AppShell } from "../../app_shell.ts";
import type { RelayNews } from "../../protocol/chip_relay.ts";
import { h } from "../../view/dom.ts";

/** Where each file lies on the bar, in the order in which the server reads (`emrtd::reader`); the picture is nearly all of it. */
const places: readonly (readonly [file: RegExp, from: number, to: number, words: "access" | "signature" | "details" | "portrait" | "genuine"])[] = [
  [/^EF\.(CardAccess|ATR|DIR)/, 2, 6, "access"],
  [/^EF\.(CardSecurity|COM|SOD)/, 6, 16, "signature"],
  [/^DG14$/, 16, 20, "genuine"],
  [/^DG1$/, 20, 24, "details"],
  [/^DG2$/, 24, 94, "portrait"],
  [/^DG1[15]$/, 94, 98, "genuine"],
];

export interface ChipProgress { readonly element: HTMLElement; show(news: RelayNews): void; judging(): void }

export function chipProgress(app: AppShell): ChipProgress {
  const m = app.m.identity.hold;
  const bar = h("progress", { class: "segl-bar", max: 100, value: 0, "aria-label": m.bar, "data-testid": "bar" });
  const words = h("p", { role: "status", "data-testid": "hold-status" });
  let furthest = 0;
  const say = (text: string): void => {
    if (words.textContent !== text) words.textContent = text;
  };
  const to = (value: number): void => {
    furthest = Math.max(furthest, value); // a file that is read again does not turn the bar back
    bar.value = furthest;
  };
  const show = (news: RelayNews): void => {
    if (news.what !== "reading") return say(m[news.what]);
    const place = places.find(([file]) => file.test(news.file));
    if (place === undefined) return say(m.files.other);
    const [, from, until, name] = place;
    to(from + (until - from) * (news.of === null || news.of === 0 ? 0 : Math.min(1, news.read / news.of)));
    say(m.files[name]);
  };
  const judging = (): void => {
    to(100);
    say(m.judging);
  };
  return { element: h("div", {}, words, bar), show, judging };
}
