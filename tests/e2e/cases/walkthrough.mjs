// What a new user does, from the front page to the activity log, with the people who are there.

import { strict as assert } from "node:assert";
import { afterEach, describe, test } from "node:test";
import { App } from "../app.mjs";
import { cardOf, loggedOn, logOn, rawTokens, receipt, transfer } from "../bank.mjs";
import { begin, message, typedCode, typeUserId, waiting } from "../provider.mjs";

const words = {
  da: { user: "freja.holm", name: "Freja Holm", age: /3\d|4\d/, level: /betydelig/i, amount: "1250,50", shown: /1\.250,50/, bank: "Nordbanken" },
  en: { user: "mikkel.lund", name: "Mikkel Lund", age: /4\d|5\d/, level: /substantial/i, amount: "1250.50", shown: /1,250\.50/, bank: "Nordbanken" },
};

export function walkthrough({ demo, browser }) {
  describe("what a new user does", () => {
    let contexts = [];
    afterEach(async () => {
      await Promise.all(contexts.map((context) => context.close()));
      contexts = [];
    });

    async function computer(language) {
      const context = await browser().computer(language);
      contexts.push(context);
      return context.newPage();
    }

    async function phone(language) {
      const context = await browser().phone(language);
      contexts.push(context);
      return App.open(context, demo().segl, browser().camera);
    }

    /** A computer at the front page, and the app of one of its people. */
    async function arrive(language, userId) {
      const page = await computer(language);
      await page.goto(`${demo().segl}/`);
      const person = await cardOf(page, userId);
      const app = await phone(language);
      await app.activate(person);
      return { page, app };
    }

    /** The service asks for the user ID again, or knows it. */
    async function goOn(page, userId) {
      if (await page.locator("#user-id").isVisible()) await typeUserId(page, userId);
      await waiting(page);
    }

    for (const [language, { user, name, age, level, amount, shown, bank }] of Object.entries(words)) {
      test(`the five steps (${language})`, async () => {
        const { page, app } = await arrive(language, user);
        assert.equal(await page.locator("html").getAttribute("lang"), language);
        assert.equal(await app.page.locator("html").getAttribute("lang"), language);
        for (const seed of ["freja.holm", "mikkel.lund", "oscar.birk", "marta.kowalska", "karen.skov", "poul.dam"]) {
          assert.equal(await page.locator("ul.segl-people > li").filter({ hasText: seed }).count(), 1, seed);
        }
        for (const address of [`${demo().segl}/app/`, `${demo().bank}/`, `${demo().municipality}/`, `${demo().segl}/demo/outbox`]) {
          const links = await page.locator("main a").evaluateAll((all) => all.map((one) => one.href));
          assert.ok(links.includes(address), `the front page leads to ${address}: ${links}`);
        }

        await logOn(page, demo().bank);
        await begin(page, user);
        await app.scan(page);
        assert.equal(await app.page.locator("h1").innerText(), bank);
        assert.equal(await app.by("action").getAttribute("data-action"), "LOG_ON");
        await app.approve();
        const home = await loggedOn(page, demo().bank);
        assert.ok(home.includes(name), home);
        assert.match(home, age);
        assert.match(home, level);
        const raw = (await rawTokens(page)).join("\n");
        assert.match(raw, /eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/);
        assert.match(raw, /"aud": ?"demo-bank"/);
        assert.ok(!/cpr"/.test(raw.replaceAll("mitid.has_cpr", "")), "a private service gets no CPR number");

        await app.home();
        await transfer(page, demo().bank, "Genbrugsen ApS", amount);
        await goOn(page, user);
        await app.scan(page);
        assert.equal(await app.by("action").getAttribute("data-action"), "APPROVE");
        const reference = await app.by("reference-text").innerText();
        assert.match(reference, shown);
        assert.ok(reference.includes("Genbrugsen ApS"), reference);
        await app.approve();
        const told = await receipt(page, demo().bank);
        assert.match(told, shown);
        assert.ok(told.includes("Genbrugsen ApS") && told.includes(reference), told);

        await app.home();
        const uses = (await app.activity()).filter(({ what }) => what === "sign_in_approved");
        assert.equal(uses.length, 2);
        assert.ok(uses.every(({ text }) => text.includes(bank)));
        assert.ok(uses[0].text.includes(reference), "the newest first, with its text");
      });
    }

    test("the app on the same device: 'Open the app' and back again", async () => {
      const page = await computer("da");
      await page.goto(`${demo().segl}/`);
      const person = await cardOf(page, "poul.dam");
      const app = await App.open(page.context(), demo().segl, browser().camera);
      await app.activate(person);
      await logOn(page, demo().bank);
      await begin(page, person.userId);
      await page.locator("[data-open-app]").click();
      const here = new App(page, demo().segl, browser().camera);
      await here.screen("request");
      assert.equal(new URL(page.url()).hash, "", "the link is used once and kept nowhere");
      await here.enterPin();
      assert.ok((await loggedOn(page, demo().bank)).includes("Poul Erik Dam"));
    });

    test("four digits instead of a camera, and a name under protection is withheld from a bank (R-SVC-7)", async () => {
      const { page, app } = await arrive("en", "karen.skov");
      await logOn(page, demo().bank);
      await begin(page, "karen.skov");
      await app.type(await typedCode(page));
      await app.screen("request");
      await app.approve();
      assert.ok(!(await loggedOn(page, demo().bank)).includes("Skov"));
      assert.ok(!(await rawTokens(page)).join("\n").includes("Skov"));
    });

    test("a 13-year-old has not turned typing on, and the bank sees the age", async () => {
      const { page, app } = await arrive("da", "oscar.birk");
      await logOn(page, demo().bank);
      await begin(page, "oscar.birk");
      await app.type(await typedCode(page));
      await app.by("alert-info").waitFor();
      await app.by("scan").waitFor();
      await app.scan(page);
      await app.approve();
      assert.match(await loggedOn(page, demo().bank), /\b13\b/);
    });

    test("the municipality gets the CPR number, and serves nobody without one (R-SVC-3, R-PER-4)", async () => {
      const { page, app } = await arrive("en", "marta.kowalska");
      await logOn(page, demo().municipality);
      await begin(page, "marta.kowalska");
      await browser().camera.lookAt(page);
      await app.by("scan").click();
      await app.by("result").waitFor();
      await message(page, "cpr_demanded");

      const other = await arrive("en", "freja.holm");
      await logOn(other.page, demo().municipality);
      await begin(other.page, "freja.holm");
      await other.app.scan(other.page);
      await other.app.approve();
      assert.match(await loggedOn(other.page, demo().municipality), /120491/);
      assert.ok((await rawTokens(other.page)).join("\n").includes("dk.cpr"));
    });

    test("the outbox holds what was sent, and an app's activation was told over two channels (R-REC-3)", async () => {
      const { page } = await arrive("en", "poul.dam");
      await page.goto(`${demo().segl}/demo/outbox?user_id=poul.dam`);
      const text = await page.locator("main").innerText();
      assert.match(text, /[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}/);
      const all = await (await fetch(`${demo().segl}/demo/api/outbox?user_id=poul.dam`)).json();
      const channels = new Set(all.map(({ channel }) => channel));
      assert.ok(channels.size >= 2, [...channels].join());
      assert.ok(all.filter(({ channel }) => channel !== "letter").every((one) => !/https?:/.test(JSON.stringify(one))), "no link in an SMS or e-mail (R-MSG-1)");
    });
  });
}
