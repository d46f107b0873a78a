// A whole sign-in without touching anything but the keyboard, and with the focus always in sight.

import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { App, PIN } from "../app.mjs";
import { somebody } from "../demo.mjs";
import { waiting } from "../provider.mjs";
import { Service } from "../service.mjs";

const MOST_TABS = 40;

/** What has the focus, and whether it shows. */
function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return undefined;
    const style = getComputedStyle(element);
    const { width, height } = element.getBoundingClientRect();
    return {
      id: element.id,
      testId: element.dataset.testid,
      href: element.getAttribute("href"),
      openApp: element.hasAttribute("data-open-app"),
      visible: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none",
      large: width > 0 && height > 0,
    };
  });
}

async function tabTo(page, wanted) {
  for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (now === undefined) continue;
    assert.ok(now.visible && now.large, `the focus does not show: ${JSON.stringify(now)}`);
    if (wanted(now)) return;
  }
  assert.fail(`not reached in ${MOST_TABS} tabs: ${wanted}`);
}

export function keyboard({ demo, browser }) {
  describe("with the keyboard alone", () => {
    let context;
    before(async () => { context = await browser().computer("da"); });
    after(async () => context?.close());

    test("activation, and a sign-in with the app on the same device", async () => {
      const person = await somebody(demo());
      const page = await context.newPage();
      await page.goto(`${demo().segl}/app/`);
      const app = new App(page, demo().segl, browser().camera);
      await app.screen("welcome");
      await tabTo(page, ({ testId }) => testId === "activate");
      await page.keyboard.press("Enter");
      await app.screen("activate");
      for (const [field, text] of [["user-id", person.userId], ["letter-code", person.letter], ["sms-code", person.sms]]) {
        await tabTo(page, ({ testId }) => testId === field);
        await page.keyboard.type(text);
      }
      await page.keyboard.press("Enter");
      await app.screen("choose-pin");
      for (const field of ["pin", "pin-repeat"]) {
        await tabTo(page, ({ testId }) => testId === field);
        await page.keyboard.type(PIN);
      }
      await page.keyboard.press("Enter");
      await app.screen("activated");

      const service = await Service.discover(demo());
      const checks = await service.begin(page);
      await page.locator("#user-id").waitFor();
      if ((await focused(page))?.id !== "user-id") await tabTo(page, ({ id }) => id === "user-id");
      await page.keyboard.type(person.userId);
      await page.keyboard.press("Enter");
      await waiting(page);
      await tabTo(page, ({ openApp }) => openApp);
      await page.keyboard.press("Enter");
      await app.screen("request");
      await tabTo(page, ({ testId }) => testId === "pin");
      await page.keyboard.type(PIN);
      await page.keyboard.press("Enter");
      assert.ok((await service.redeem(await service.answer(page), checks)).access_token);
    });

    test("the first stop leads past the head of the page", async () => {
      const page = await context.newPage();
      for (const address of [`${demo().segl}/`, `${demo().bank}/`, `${demo().municipality}/`]) {
        await page.goto(address);
        await page.keyboard.press("Tab");
        assert.equal((await focused(page))?.href, "#main", address);
      }
    });
  });
}
