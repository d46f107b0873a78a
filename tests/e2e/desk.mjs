// Citizen Service's site, with an official of the demo signed in: a computer, and the official's own phone.

import { App } from "./app.mjs";
import { cardOf } from "./bank.mjs";
import { begin } from "./provider.mjs";

const OFFICIAL = "anne.vester";
const signedIn = new Map();

export class Desk {
  constructor(demo, page) {
    this.demo = demo;
    this.page = page;
  }

  /** An official who is signed in, in a browser of their own: the same for every walk, since a holder has three apps at most. */
  static signIn(demo, browser, userId = OFFICIAL) {
    if (!signedIn.has(userId)) signedIn.set(userId, Desk.signInAnew(demo, browser, userId));
    return signedIn.get(userId);
  }

  static async signInAnew(demo, browser, userId) {
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
    await phone.close();
    return new Desk(demo, page);
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
}
