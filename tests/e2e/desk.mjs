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

  async close() {
    await Promise.all(this.contexts.map((context) => context.close()));
  }
}
