// The app on somebody's phone, by what web/README.md promises to tests.

import { strict as assert } from "node:assert";

/** Passes the rules for a PIN (R-PIN-1). */
export const PIN = "402917";
export const WRONG_PIN = "402918";

export class App {
  constructor(page, segl, camera) {
    this.page = page;
    this.segl = segl;
    this.camera = camera;
  }

  /** Opens the app in a context of its own. */
  static async open(context, segl, camera, fragment = "") {
    const app = new App(await context.newPage(), segl, camera);
    await app.page.goto(`${segl}/app/${fragment}`);
    return app;
  }

  /** What the test names so, on the screen that is shown. */
  by(testId) {
    return this.page.getByTestId(testId);
  }

  async screen(name) {
    await this.page.locator(`section[data-screen="${name}"]`).waitFor();
  }

  /** From the welcome to the person's home, by hand. */
  async activate({ userId, letter, sms }, pin = PIN) {
    await this.screen("welcome");
    await this.by("activate").click();
    await this.enterCodes({ userId, letter, sms });
    await this.choosePin(pin);
  }

  async enterCodes({ userId, letter, sms }) {
    await this.screen("activate");
    await this.by("user-id").fill(userId);
    await this.by("letter-code").fill(letter);
    await this.by("sms-code").fill(sms);
    await this.by("submit").click();
  }

  async choosePin(pin) {
    await this.screen("choose-pin");
    await this.by("pin").fill(pin);
    await this.by("pin-repeat").fill(pin);
    await this.by("submit").click();
    await this.screen("activated");
    await this.by("home").click();
    await this.screen("home");
  }

  /** Scans the code of a waiting page with the phone's camera; on a slow machine the film may be too old by then, so once more. */
  async scan(waiting) {
    for (let tries = 1; ; tries += 1) {
      await this.camera.lookAt(waiting);
      await this.by("scan").click();
      const tooOld = this.page.locator('section[data-screen="scan"]').getByTestId("alert-warning");
      await this.page.locator('section[data-screen="request"]').or(tooOld).first().waitFor();
      if (!(await tooOld.isVisible())) return;
      if (tries === 3) throw new Error(`the code is refused: ${await tooOld.innerText()}`);
      await this.by("back").click();
      await this.screen("home");
    }
  }

  async type(code) {
    await this.by("type").click();
    await this.screen("type");
    await this.by("typed-code").fill(code);
    await this.by("submit").click();
  }

  async enterPin(pin = PIN) {
    await this.by("pin").fill(pin);
    await this.by("submit").click();
  }

  /** The result's name, its heading and its words. */
  async result(name) {
    await this.page.locator(`[data-testid="result"][data-result="${name}"]`).waitFor();
    return { heading: await this.page.locator("h1").innerText(), text: await this.by("result").innerText() };
  }

  async approve(pin = PIN) {
    await this.enterPin(pin);
    await this.result("approved");
  }

  async home() {
    await this.by("home").click();
    await this.screen("home");
  }

  /** The activity log: what, and the words of each entry. */
  async activity() {
    await this.by("activity").click();
    await this.page.locator('section[data-screen="unlock"], section[data-screen="activity"]').waitFor();
    if (await this.page.locator('section[data-screen="unlock"]').isVisible()) await this.enterPin();
    await this.screen("activity");
    await this.by("entry").first().waitFor();
    const entries = await this.by("entry").evaluateAll((all) => all.map((one) => ({ what: one.dataset.what, text: one.innerText })));
    assert.ok(entries.length > 0);
    return entries;
  }
}
