// Every refusal that a person can see: its own clear page, in the browser or in the app, and nothing changed.

import { strict as assert } from "node:assert";
import { afterEach, beforeEach, describe, test } from "node:test";
import { App, PIN, WRONG_PIN } from "../app.mjs";
import { somebody, startDemo } from "../demo.mjs";
import { begin, cancel, message, typeUserId, typedCode, waiting } from "../provider.mjs";
import { Service } from "../service.mjs";

/** What the service hears when a person stops (R-SVC-4). */
function assertDenied(answer, checks, description) {
  assert.equal(answer.searchParams.get("error"), "access_denied");
  assert.equal(answer.searchParams.get("error_description"), description);
  assert.equal(answer.searchParams.get("state"), checks.expectedState);
  assert.equal(answer.searchParams.get("code"), null);
}

/** A page with what is new each time taken out: sealed texts, four digits, times, names of files. */
function shape(html, typed) {
  return html
    .replaceAll(typed, "USER-ID")
    .replace(/[A-Za-z0-9_.~-]{60,}/g, (sealed) => `SEALED(${sealed.length})`)
    .replace(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, "TIME")
    .replace(/(data-typed-code[^>]*>)\d{4}/, "$1CODE");
}

export function refusals({ demo, browser }) {
  describe("what is refused", () => {
    let contexts, service;

    beforeEach(async () => {
      contexts = [];
      service = await Service.discover(demo());
    });
    afterEach(async () => Promise.all(contexts.map((context) => context.close())));

    async function computer() {
      const context = await browser().computer("en");
      contexts.push(context);
      return context.newPage();
    }

    async function appOf(person, language = "en") {
      const context = await browser().phone(language);
      contexts.push(context);
      const app = await App.open(context, demo().segl, browser().camera);
      await app.activate(person);
      return app;
    }

    async function personWithApp() {
      const person = await somebody(demo());
      return { person, app: await appOf(person) };
    }

    async function wait(person, page) {
      page ??= await computer();
      const checks = await service.begin(page);
      await begin(page, person.userId);
      return { page, checks };
    }

    test("a wrong PIN, up to the lock (R-AUT-9)", async () => {
      const { person, app } = await personWithApp();
      const { page } = await wait(person);
      await app.scan(page);
      for (const left of [2, 1]) {
        await app.enterPin(WRONG_PIN);
        const words = app.by("error-pin");
        await words.filter({ hasText: new RegExp(`\\b${left}\\b`) }).waitFor();
        assert.match(await words.innerText(), /wrong/i);
      }
      await app.enterPin(WRONG_PIN);
      const { text } = await app.result("pin_locked");
      assert.match(text, /\d{2}:\d{2}/, "until when");
      // The right PIN opens nothing now, and the browser waits on.
      await app.home();
      await app.by("activity").click();
      await app.enterPin(PIN);
      await app.result("pin_locked");
      await waiting(page);
      // The holder is told.
      const outbox = await (await fetch(`${demo().segl}/demo/api/outbox?user_id=${encodeURIComponent(person.userId)}`)).text();
      assert.ok(!outbox.includes(PIN) && !outbox.includes(WRONG_PIN));
    });

    test("a user ID that does not exist looks like one that does (R-UID-2)", async () => {
      const known = await somebody(demo());
      const unknown = { userId: known.userId.split("").reverse().join("") };
      const seen = [];
      for (const { userId } of [known, unknown]) {
        const page = await computer();
        await service.begin(page);
        await typeUserId(page, userId);
        await page.waitForURL("**/signin/wait?**");
        // The answer, not the request: a request of the page before the reload may still begin, and is then never answered.
        const events = page.waitForResponse((response) => response.url().includes("/signin/events"));
        const answer = await page.reload();
        const html = await answer.text();
        await waiting(page);
        const cookies = await page.context().cookies();
        seen.push({
          status: answer.status(),
          html: shape(html, userId),
          headers: Object.keys(await answer.allHeaders()).sort(),
          cookies: cookies.map(({ name, value }) => `${name} ${value.length}`).sort(),
          events: (await events).status(),
          shown: (await page.locator("main").innerText()).replace(/\b\d{4}\b|\d+ min \d+ s/g, "N"),
        });
      }
      assert.deepEqual(seen[0], seen[1]);
      assert.match(seen[0].html, /SEALED\(\d+\)/);
    });

    test("two requests at once: both browsers are told, and the app too (R-SIG-3)", async () => {
      const { person, app } = await personWithApp();
      const first = await wait(person);
      await app.scan(first.page);
      const second = await computer();
      const checks = await service.begin(second);
      await typeUserId(second, person.userId);
      for (const page of [first.page, second]) assert.match(await message(page, "second_request"), /two requests/i);
      await app.enterPin();
      await app.result("second_request");
      for (const [page, its] of [[first.page, first.checks], [second, checks]]) {
        await page.locator("main a.button").click();
        assertDenied(await service.answer(page), its, "mitid_core_client_error");
      }
      // And nothing is left that hinders a new one.
      await app.home();
      const again = await wait(person);
      await app.scan(again.page);
      await app.approve();
      assert.ok((await service.redeem(await service.answer(again.page), again.checks)).access_token);
    });

    test("the person says no in the app", async () => {
      const { person, app } = await personWithApp();
      const { page, checks } = await wait(person);
      await app.scan(page);
      await app.by("reject").click();
      await app.result("rejected");
      assertDenied(await service.answer(page), checks, "mitid_user_aborted");
    });

    test("the person did not begin it, and says so", async () => {
      const { person, app } = await personWithApp();
      const { page, checks } = await wait(person);
      await app.scan(page);
      await app.by("not-me").click();
      await app.result("reported");
      await message(page, "reported");
      await page.locator("main a.button").click();
      assertDenied(await service.answer(page), checks, "mitid_user_aborted");
      await app.home();
      assert.ok((await app.activity()).some(({ what }) => what === "sign_in_reported"));
    });

    test("the person stops in the browser, before and after typing the user ID", async () => {
      const { person, app } = await personWithApp();
      const page = await computer();
      const before = await service.begin(page);
      await page.locator("#user-id").waitFor();
      await cancel(page);
      assertDenied(await service.answer(page), before, "user_aborted");

      const { checks } = await wait(person, page);
      await app.scan(page);
      await cancel(page);
      assertDenied(await service.answer(page), checks, "user_aborted");
      await app.enterPin();
      await app.result("aborted");
    });

    test("nobody answers in time (R-SIG-1)", async (t) => {
      const hasty = await startDemo(["--sign-in-seconds", "12"]);
      t.after(hasty.stop);
      const person = await somebody(hasty);
      const context = await browser().phone("en");
      contexts.push(context);
      const app = await App.open(context, hasty.segl, browser().camera);
      await app.activate(person);
      const hurried = await Service.discover(hasty);
      const page = await computer();
      const checks = await hurried.begin(page);
      await begin(page, person.userId);
      await app.scan(page);
      assert.match((await app.result("timed_out")).heading, /time/i);
      assertDenied(await hurried.answer(page), checks, "mitid_timeout");
      await app.home();
      // The log is written by a job that runs every five seconds.
      let entries = await app.activity();
      for (let tries = 0; tries < 10 && !entries.some(({ what }) => what === "sign_in_timed_out"); tries += 1) {
        await app.page.waitForTimeout(1000);
        await app.by("back").click();
        entries = await app.activity();
      }
      assert.ok(entries.some(({ what }) => what === "sign_in_timed_out"), JSON.stringify(entries));
    });

    test("only the browser that began gets the result (R-SIG-5)", async () => {
      const { person, app } = await personWithApp();
      const { page, checks } = await wait(person);
      const other = await computer();
      const addresses = await page.locator("main").evaluate(({ dataset }) => [location.href, dataset.finish, dataset.events]);
      for (const address of addresses) {
        const answer = await other.goto(new URL(address, demo().segl).href);
        assert.equal(answer.status(), 403);
        await message(other, "other_browser");
      }
      await app.scan(page);
      // The waiting page must not be quicker than the other browser.
      await page.context().setOffline(true);
      await app.approve();
      await other.goto(new URL(addresses[1], demo().segl).href);
      await message(other, "other_browser");
      await page.context().setOffline(false);
      assert.ok((await service.redeem(await service.answer(page), checks)).access_token);
    });

    test("a link that was sent to somebody gains its sender nothing (R-SIG-5)", async () => {
      const { person, app } = await personWithApp();
      const { page: sender } = await wait(person);
      const link = await sender.locator("[data-open-app]").getAttribute("href");
      await app.page.goto(new URL(link, demo().segl).href);
      await app.screen("request");
      await app.enterPin();
      // The app sends the victim's browser back, which never began.
      await message(app.page, "other_browser");
      await message(sender, "not_sent_back");
    });

    test("somebody else's app cannot answer (R-SIG-2)", async () => {
      const [person, { app }] = [await somebody(demo()), await personWithApp()];
      const { page } = await wait(person);
      await browser().camera.lookAt(page);
      await app.by("scan").click();
      await app.result("not_your_request");
      await waiting(page);
    });

    test("three wrong codes of four digits end the request (R-SIG-4)", async () => {
      const { person, app } = await personWithApp();
      const { page, checks } = await wait(person);
      const wrong = String((Number(await typedCode(page)) + 1) % 10_000).padStart(4, "0");
      await app.type(wrong);
      for (const left of [2, 1]) {
        await app.by("error-typed-code").filter({ hasText: new RegExp(`\\b${left}\\b`) }).waitFor();
        await app.by("typed-code").fill(wrong);
        await app.by("submit").click();
      }
      await app.result("wrong_codes");
      await message(page, "wrong_codes");
      await page.locator("main a.button").click();
      assertDenied(await service.answer(page), checks, "mitid_core_client_error");
    });

    test("activation with wrong codes: one answer for all, and three block them (R-AUT-5)", async () => {
      const person = await somebody(demo());
      const context = await browser().phone("en");
      contexts.push(context);
      const app = await App.open(context, demo().segl, browser().camera, "#activate");
      const wrongSms = { ...person, sms: String((Number(person.sms) + 1) % 1_000_000).padStart(6, "0") };
      const said = new Set();
      const enter = async (codes) => {
        await app.enterCodes(codes);
        const alert = app.by("alert-error");
        await alert.waitFor();
        said.add(await alert.innerText());
        await app.page.reload();
        await app.screen("welcome");
        await app.by("activate").click();
      };
      await enter({ ...person, userId: `${person.userId}0` });
      for (const _ of [1, 2, 3]) await enter(wrongSms);
      await enter(person);
      assert.equal(said.size, 1, [...said].join("\n"));
    });

    test("a PIN that is easy to guess (R-PIN-1)", async () => {
      const person = await somebody(demo());
      const context = await browser().phone("en");
      contexts.push(context);
      const app = await App.open(context, demo().segl, browser().camera, "#activate");
      await app.enterCodes(person);
      await app.screen("choose-pin");
      for (const pin of ["111111", "123456", "987654"]) {
        await app.by("pin").fill(pin);
        await app.by("pin-repeat").fill(pin);
        await app.by("submit").click();
        await app.by("error-pin").waitFor();
      }
      await app.choosePin(PIN);
    });
  });
}
