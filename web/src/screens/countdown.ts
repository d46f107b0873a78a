/** How long there is to answer (R-SIG-1): shown each second, said aloud once, when a minute is left. */

import type { AppShell } from "../app_shell.ts";
import { h } from "../view/dom.ts";

export interface Countdown { readonly element: HTMLElement; readonly stop: () => void }

export function countdown(app: AppShell, until: Date, onOver: () => void): Countdown {
  const words = h("p", { class: "segl-countdown", "data-testid": "countdown" });
  const aloud = h("p", { class: "sr-only", role: "status" });
  const tick = (): void => {
    const left = Math.max(0, Math.ceil((until.getTime() - app.client.now()) / 1000));
    words.textContent = app.m.request.remaining(Math.floor(left / 60), left % 60);
    if (left <= 60 && aloud.textContent === "") aloud.textContent = app.m.request.soonOver;
    if (left > 0) return;
    clearInterval(timer);
    onOver();
  };
  const timer = setInterval(tick, 1000);
  const left = Math.max(1, Math.ceil((until.getTime() - app.client.now()) / 1000));
  words.textContent = app.m.request.remaining(Math.floor(left / 60), left % 60);
  return { element: h("div", {}, words, aloud), stop: () => clearInterval(timer) };
}
