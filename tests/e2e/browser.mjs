// One real Chromium for all tests. A context is a browser of its own, with its own cookies and storage: a computer, or a phone.

import { chromium } from "playwright-core";
import { Camera } from "./camera.mjs";

const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
];
const WAIT_MS = 30_000;
const locales = { da: "da-DK", en: "en-GB" };

export class Browser {
  /** What pages complained about: script errors and what the security policy stopped. */
  complaints = [];
  #chromium;
  camera = new Camera();

  static async launch() {
    const browser = new Browser();
    browser.#chromium = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [...ARGUMENTS, `--use-file-for-fake-video-capture=${browser.camera.file}`],
    });
    return browser;
  }

  async computer(language) {
    return this.#open({ locale: locales[language], viewport: { width: 1280, height: 900 } });
  }

  async phone(language) {
    return this.#open({ locale: locales[language], viewport: { width: 412, height: 915 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });
  }

  async #open(options) {
    const context = await this.#chromium.newContext({ ...options, timezoneId: "Europe/Copenhagen", reducedMotion: "reduce" });
    context.setDefaultTimeout(WAIT_MS);
    context.on("weberror", (error) => this.complaints.push(`${error.page()?.url()}: ${error.error().message}`));
    context.on("console", (message) => {
      // A refusal is an answer too, and Chromium reports each as an error.
      if (message.type() !== "error" || message.text().startsWith("Failed to load resource")) return;
      this.complaints.push(`${message.location().url}: ${message.text()}`);
    });
    return context;
  }

  async close() {
    await this.#chromium.close();
    this.camera.close();
  }
}
