// Every page and every screen of the app, in both languages, narrow and wide: axe-core finds nothing serious, nothing scrolls sideways.

import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { App, PIN, WRONG_PIN } from "../app.mjs";
import { loggedOn, logOn, rawTokens, receipt, transfer } from "../bank.mjs";
import { somebody } from "../demo.mjs";
import { look } from "../look.mjs";
import { begin, cancel, message, typedCode, typeUserId, waiting } from "../provider.mjs";
import { Service } from "../service.mjs";

const LANGUAGES = ["da", "en"];

export function accessibility({ demo, browser }) {
  for (const language of LANGUAGES) {
    describe(`looked at closely (${language})`, () => {
      let computer, phone, page, app, person;
      before(async () => {
        [computer, phone] = [await browser().computer(language), await browser().computer(language)];
        page = await computer.newPage();
        person = await somebody(demo());
      });
      after(async () => Promise.all([computer?.close(), phone?.close()]));

      /** Looks at one thing after the other, and tells of all that is wrong. */
      function series() {
        const faults = [];
        return {
          look: async (where, name) => faults.push(...(await look(where, name))),
          good: () => assert.deepEqual(faults, []),
        };
      }

      test("the app, until it is activated", async () => {
        const seen = series();
        app = await App.open(phone, demo().segl, browser().camera);
        await app.screen("welcome");
        await seen.look(app.page, "app-welcome");
        await app.by("activate").click();
        await app.screen("activate");
        await seen.look(app.page, "app-activate");
        await app.by("submit").click();
        await app.by("error-user-id").waitFor();
        await seen.look(app.page, "app-activate-errors");
        await app.enterCodes({ ...person, userId: "nobody.here" });
        await app.by("alert-error").waitFor();
        await seen.look(app.page, "app-activate-refused");
        await app.enterCodes(person);
        await app.screen("choose-pin");
        await app.by("pin").fill("123456");
        await app.by("pin-repeat").fill("123456");
        await app.by("submit").click();
        await app.by("error-pin").waitFor();
        await seen.look(app.page, "app-choose-pin");
        await app.by("pin").fill(PIN);
        await app.by("pin-repeat").fill(PIN);
        await app.by("submit").click();
        await app.screen("activated");
        await seen.look(app.page, "app-activated");
        await app.by("home").click();
        await app.screen("home");
        await seen.look(app.page, "app-home");
        seen.good();
      });

      test("the demo's front page and outbox", async () => {
        const seen = series();
        await page.goto(`${demo().segl}/`);
        await seen.look(page, "front");
        await page.goto(`${demo().segl}/demo/outbox`);
        await seen.look(page, "outbox");
        seen.good();
      });

      test("a log-on at the bank, on both sides", async () => {
        const seen = series();
        await page.goto(`${demo().bank}/`);
        await seen.look(page, "bank-front");
        await logOn(page, demo().bank);
        await seen.look(page, "signin-user-id");
        await typeUserId(page, "");
        await page.locator("#user-id-error").waitFor();
        await seen.look(page, "signin-user-id-error");
        await begin(page, person.userId);
        await seen.look(page, "signin-wait");
        await app.page.locator('[data-testid="waiting"][data-waiting="true"]').waitFor();
        await seen.look(app.page, "app-home-waiting");
        await app.by("scan").click();
        await app.screen("scan");
        await seen.look(app.page, "app-scan");
        await app.by("type").click();
        await app.screen("type");
        await app.by("typed-code").fill("12");
        await app.by("submit").click();
        await app.by("error-typed-code").waitFor();
        await seen.look(app.page, "app-type-error");
        await app.by("typed-code").fill(await typedCode(page));
        await app.by("submit").click();
        await app.screen("request");
        await seen.look(app.page, "app-request-log-on");
        await app.enterPin(WRONG_PIN);
        await app.by("error-pin").waitFor();
        await seen.look(app.page, "app-request-wrong-pin");
        await app.enterPin();
        await app.result("approved");
        await seen.look(app.page, "app-approved");
        await app.home();
        await loggedOn(page, demo().bank);
        await seen.look(page, "bank-home");
        await rawTokens(page);
        await seen.look(page, "bank-home-tokens");
        seen.good();
      });

      test("a transfer, on both sides", async () => {
        const seen = series();
        await page.goto(`${demo().bank}/transfer`);
        await seen.look(page, "bank-transfer");
        await page.locator('main form[action="/transfer"] button[type="submit"]').click();
        if (new URL(page.url()).pathname === "/transfer") await seen.look(page, "bank-transfer-errors");
        await transfer(page, demo().bank, "Genbrugsen i Store Heddinge ApS", "31415");
        if (await page.locator("#user-id").isVisible()) {
          await seen.look(page, "signin-user-id-approve");
          await typeUserId(page, person.userId);
        }
        await waiting(page);
        await app.scan(page);
        await seen.look(app.page, "app-request-approve");
        await app.approve();
        await app.home();
        await receipt(page, demo().bank);
        await seen.look(page, "bank-receipt");
        seen.good();
      });

      test("the municipality", async () => {
        const seen = series();
        await page.goto(`${demo().municipality}/`);
        await seen.look(page, "municipality-front");
        await logOn(page, demo().municipality);
        await begin(page, person.userId);
        await app.scan(page);
        await app.approve();
        await app.home();
        await loggedOn(page, demo().municipality);
        await seen.look(page, "municipality-home");
        await page.goto(`${demo().municipality}/address`);
        await seen.look(page, "municipality-address");
        await page.locator('main form[action="/address"] button[type="submit"]').click();
        await page.locator("main").waitFor();
        await seen.look(page, "municipality-address-errors");
        await page.goto(`${demo().municipality}/`);
        await page.locator('form[action="/logout"] button').first().click();
        await page.waitForURL(/logged-out/);
        await seen.look(page, "municipality-logged-off");
        seen.good();
      });

      test("a log-on that comes to nothing", async (t) => {
        const seen = series();
        const another = await browser().computer(language);
        t.after(() => another.close());
        const page = await another.newPage();
        await logOn(page, demo().bank);
        await cancel(page);
        await page.waitForURL(`${demo().bank}/problem`);
        await seen.look(page, "bank-problem-cancelled");
        await logOn(page, demo().bank);
        await begin(page, person.userId);
        await app.scan(page);
        await app.by("not-me").click();
        await app.result("reported");
        await seen.look(app.page, "app-reported");
        await message(page, "reported");
        await seen.look(page, "signin-ended-reported");
        await app.home();
        await logOn(page, demo().bank);
        await begin(page, person.userId);
        await app.scan(page);
        await app.by("reject").click();
        await app.result("rejected");
        await seen.look(app.page, "app-rejected");
        await app.home();
        seen.good();
      });

      test("pages that say what is wrong", async () => {
        const seen = series();
        const service = await Service.discover(demo());
        for (const [name, address] of [
          ["not-found", `${demo().segl}/nothing/here`],
          ["client-unknown", (await service.request({ client_id: "nobody" })).address],
          ["link-over", `${demo().segl}/signin/wait?s=nothing`],
          ["other-browser", `${demo().segl}/problem/other_browser`],
          ["not-sent-back", `${demo().segl}/problem/not_sent_back`],
          ["too-many", `${demo().segl}/problem/too_many_requests`],
        ]) {
          await page.goto(address);
          await seen.look(page, `page-${name}`);
        }
        seen.good();
      });

      test("the holder's own pages in the app", async () => {
        const seen = series();
        await app.by("settings").click();
        await app.screen("unlock");
        await seen.look(app.page, "app-unlock");
        await app.enterPin();
        await app.screen("settings");
        await app.by("typed-code-toggle").waitFor();
        await app.by("hide-names-toggle").click();
        await app.page.locator('[data-testid="hide-names-state"][data-state="true"]').waitFor();
        await app.by("hide-names-toggle").click();
        await app.page.locator('[data-testid="hide-names-state"][data-state="false"]').waitFor();
        await seen.look(app.page, "app-settings");
        await app.by("back").click();
        await app.screen("home");
        await app.activity();
        await seen.look(app.page, "app-activity");
        await app.by("back").click();
        await app.by("settings").click();
        await app.by("remove").click();
        await app.screen("remove");
        await seen.look(app.page, "app-remove");
        await app.by("remove-yes").click();
        await app.screen("removed");
        await seen.look(app.page, "app-removed");
        seen.good();
      });

      test("two people in one app, and who of them approves", async () => {
        const seen = series();
        for (const [at, one] of [await somebody(demo()), await somebody(demo())].entries()) {
          await app.page.goto("about:blank");
          await app.page.goto(`${demo().segl}/app/`);
          if (at > 0) await app.by("switch-person").click();
          await app.page.locator('section[data-screen="welcome"], section[data-screen="people"]').waitFor();
          await app.page.locator('[data-testid="activate"], [data-testid="add-person"]').first().click();
          await app.enterCodes(one);
          await app.choosePin(PIN);
        }
        await app.by("switch-person").click();
        await app.screen("people");
        await seen.look(app.page, "app-people");
        await app.page.goto("about:blank");
        await app.page.goto(`${demo().segl}/app/#approve=nothing`);
        await app.screen("who-approves");
        await seen.look(app.page, "app-who-approves");
        seen.good();
      });
    });
  }
}
