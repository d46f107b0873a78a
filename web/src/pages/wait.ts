/**
 * The browser's waiting page: draws the code that changes each second, counts down, and goes on when there is an answer.
 * It is the answer to the form with the user ID, so it gives itself the address at which it can be asked for again.
 * What the page gives it is listed in web/README.md; without this script the page refreshes itself.
 */

import { drawQr } from "../view/qr.ts";

/** Seconds left at which a screen reader is told; the eye sees every one. */
const SAID_ALOUD = new Set([240, 180, 120, 60, 30, 15]);
const RETRY_MS = 2_000;

/** Draws the code into its place, and tells tests what it says. */
function draw(place: HTMLElement, canvas: HTMLCanvasElement, text: string): void {
  drawQr(canvas, text, place.clientWidth);
  place.dataset["qrText"] = text;
}

/** The canvas to draw on, put into the place; to a screen reader one picture with the page's label. */
function canvasIn(place: HTMLElement): HTMLCanvasElement {
  place.setAttribute("role", "img");
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  place.replaceChildren(canvas);
  return canvas;
}

function fill(template: string, left: number): string {
  return template.replaceAll("{m}", String(Math.floor(left / 60))).replaceAll("{s}", String(left % 60).padStart(2, "0"));
}

class WaitingPage {
  readonly #main: HTMLElement;
  readonly #status: HTMLElement | null;
  readonly #countdown: HTMLElement | null;
  readonly #aloud = document.createElement("p");
  readonly #clockAhead: number;
  #events: EventSource | undefined;
  #leaving = false;

  constructor(main: HTMLElement) {
    this.#main = main;
    this.#status = main.querySelector("[data-status]");
    this.#countdown = main.querySelector("[data-countdown]");
    const served = Date.parse(main.dataset["now"] ?? "");
    this.#clockAhead = Number.isNaN(served) ? 0 : Date.now() - served;
  }

  start(): void {
    const here = this.#main.dataset["here"];
    if (here !== undefined) history.replaceState(history.state, "", here);
    this.#aloud.className = "sr-only";
    this.#aloud.setAttribute("role", "status");
    this.#countdown?.after(this.#aloud);
    this.#listen();
    this.#tick();
    setInterval(() => this.#tick(), 1000);
  }

  #listen(): void {
    const address = this.#main.dataset["events"];
    if (address === undefined) return;
    const place = this.#main.querySelector<HTMLElement>("[data-qr]");
    const canvas = place === null ? undefined : canvasIn(place);
    const events = new EventSource(address);
    this.#events = events;
    events.addEventListener("qr", ({ data }: MessageEvent<string>) => {
      if (place !== null && canvas !== undefined) draw(place, canvas, data);
    });
    events.addEventListener("state", ({ data }: MessageEvent<string>) => {
      if (data !== "waiting" && data !== "claimed") return this.#finish();
      const words = this.#main.dataset[data === "claimed" ? "textClaimed" : "textWaiting"];
      if (this.#status !== null && words !== undefined) this.#status.textContent = words;
    });
    events.addEventListener("error", () => {
      // A browser reconnects by itself unless the answer was a refusal; then we try again, until the time is out.
      if (events.readyState !== EventSource.CLOSED || this.#leaving) return;
      setTimeout(() => this.#listen(), RETRY_MS);
    });
  }

  #tick(): void {
    const until = Date.parse(this.#main.dataset["expires"] ?? "");
    if (Number.isNaN(until)) return;
    const left = Math.ceil((until - (Date.now() - this.#clockAhead)) / 1000);
    if (left <= 0) return this.#finish();
    if (this.#countdown === null) return;
    const template = this.#countdown.dataset["template"] ?? "{m}:{s}";
    this.#countdown.textContent = fill(template, left);
    if (SAID_ALOUD.has(left)) this.#aloud.textContent = this.#countdown.textContent;
  }

  #finish(): void {
    const address = this.#main.dataset["finish"];
    if (this.#leaving || address === undefined) return;
    this.#leaving = true;
    this.#events?.close();
    location.replace(address);
  }
}

const main = document.querySelector<HTMLElement>("[data-segl-wait]");
if (main !== null) new WaitingPage(main).start();
