// One real Chromium for all tests. A context is a browser of its own, with its own cookies and storage: a computer, or a phone.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { Camera } from "./camera.mjs";

const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
];
const WAIT_MS = 30_000;
/** A web build to use in the place of the program's own, so that a change of a screen can be tried without building the program. */
const otherWeb = process.env.SEGL_WEB_DIST;
const locales = { da: "da-DK", en: "en-GB" };

const phone = { viewport: { width: 412, height: 915 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
const everywhere = { timezoneId: "Europe/Copenhagen", reducedMotion: "reduce" };

/** Answers for the app's files from a folder; everything else goes to the program, and so does the policy's header. */
async function serveFrom(context, folder) {
  // A page that a test answers for comes from nowhere, and may not speak to this machine unless it is let.
  await context.grantPermissions(["local-network-access"]);
  const files = Object.values(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")));
  const page = await readFile(join(folder, "app/index.html"));
  await context.route((url) => url.pathname === "/app/", async (route) => route.fulfill({ response: await route.fetch(), body: page }));
  await context.route((url) => url.pathname.startsWith("/assets/"), async (route) => {
    const found = files.find(({ file }) => new URL(route.request().url()).pathname === `/assets/${file}`);
    if (found === undefined) return route.fallback();
    const app = await route.fetch({ url: new URL("/app/", route.request().url()).href }); // a worker obeys its own policy, which is the app's
    return route.fulfill({
      path: join(folder, found.file), contentType: found["content-type"],
      headers: { "content-security-policy": app.headers()["content-security-policy"] },
    });
  });
}

export class Browser {
  /** What pages complained about: script errors and what the security policy stopped. */
  complaints = [];
  #chromium;
  #folders = [];
  camera = new Camera();

  static async launch() {
    const browser = new Browser();
    browser.#chromium = await chromium.launch(browser.#launching());
    return browser;
  }

  #launching() {
    return {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [...ARGUMENTS, `--use-file-for-fake-video-capture=${this.camera.file}`],
    };
  }

  async computer(language) {
    return this.#open({ locale: locales[language], viewport: { width: 1280, height: 900 } });
  }

  async phone(language) {
    return this.#open({ ...phone, locale: locales[language] });
  }

  async #open(options) {
    return this.#watched(await this.#chromium.newContext({ ...options, ...everywhere }));
  }

  async #watched(context) {
    context.setDefaultTimeout(WAIT_MS);
    if (otherWeb !== undefined) await serveFrom(context, otherWeb);
    context.on("weberror", (error) => this.complaints.push(`${error.page()?.url()}: ${error.error().message}`));
    context.on("console", (message) => {
      // A refusal is an answer too, and Chromium reports each as an error.
      if (message.type() !== "error" || message.text().startsWith("Failed to load resource")) return;
      this.complaints.push(`${message.location().url}: ${message.text()}`);
    });
    return context;
  }

  /** A folder for a browser that is closed and opened again. */
  folder() {
    const folder = mkdtempSync(join(tmpdir(), "segl-browser-"));
    this.#folders.push(folder);
    return folder;
  }

  /** A phone's browser of its own that keeps what it keeps in a folder; closing the context closes it. */
  async lasting(folder, language) {
    return this.#watched(await chromium.launchPersistentContext(folder, { ...this.#launching(), ...phone, ...everywhere, locale: locales[language] }));
  }

  async close() {
    await this.#chromium.close();
    this.camera.close();
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }
}
