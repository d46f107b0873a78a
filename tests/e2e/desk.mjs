// Citizen Service's site, with an official of the demo signed in: a computer, and the official's own phone.

import { App } from "./app.mjs";
import { cardOf } from "./bank.mjs";
import { begin } from "./provider.mjs";

const OFFICIAL = "anne.vester";

export class Desk {
  constructor(demo, page, contexts) {
    this.demo = demo;
    this.page = page;
    this.contexts = contexts;
  }

  /** Signs an official in, in a browser of their own. */
  static async signIn(demo, browser, userId = OFFICIAL) {
    const [computer, phone] = [await browser.computer("en"), await browser.phone("en")];
    const page = await computer.newPage();
    await page.goto(`${demo.segl}/`);
    const official = await cardOf(page, userId);
    const app = await App.open(phone, demo.segl, browser.camera);
    await app.activate(official);
    await page.goto(`${demo.desk}/sign-in`);
    await begin(page, userId);
    await app.scan(page);
    await app.approve();
    await page.waitForURL((url) => url.origin === demo.desk && url.pathname === "/");
    return new Desk(demo, page, [computer, phone]);
  }

  /** The official takes the case that has waited longest, and says what they see. */
  async compareFaces(view, reason) {
    await this.page.goto(`${this.demo.desk}/faces`);
    await this.page.locator('form[action^="/faces/"][action$="/take"] button').first().click();
    const pictures = this.page.locator(".face-picture img");
    await this.page.locator('input[name="view"]').first().waitFor();
    await this.page.waitForFunction(() => [...document.querySelectorAll(".face-picture img")].every((one) => one.complete && one.naturalWidth > 0));
    const count = await pictures.count();
    await this.page.locator(`input[name="view"][value="${view}"]`).check();
    if (reason !== undefined) await this.page.locator(`input[name="${view}_${reason}"]`).check();
    await this.page.locator("form.face-decide button").click();
    await this.page.waitForURL((url) => url.pathname === "/faces");
    return count;
  }

  async close() {
    await Promise.all(this.contexts.map((context) => context.close()));
  }
}
