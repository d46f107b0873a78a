// Citizen Service's desk in a real browser: officials sign in with the app, cases are opened, refused and accepted; every page is looked at, and a
// case goes from opening to acceptance by the keyboard alone.

import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { App } from "../app.mjs";
import { cardOf } from "../bank.mjs";
import { look } from "../look.mjs";
import { begin } from "../provider.mjs";

const people = {
  viktor: { given: "Viktor Sand", family: "Poulsen" },
  freja: { given: "Freja Holm", family: "Nygaard" },
};
const officials = { da: "bo.lykke", en: "dorte.skaarup" };

export function desk({ demo, browser }) {
  for (const language of ["da", "en"]) {
    describe(`Citizen Service's desk (${language})`, () => {
      let computer, customer, phone, page, faults;
      const numbers = {};
      before(async () => {
        [computer, customer, phone] = await Promise.all([1, 2, 3].map(() => browser().computer(language)));
        page = await computer.newPage();
      });
      after(() => Promise.all([computer, customer, phone].map((context) => context?.close())));

      const seen = async (where, name) => faults.push(...(await look(where, `desk-${name}`)));
      const good = () => assert.deepEqual(faults, []);
      const state = (wanted) => page.locator(`[data-state="${wanted}"]`).waitFor();

      async function open({ given, family }, number) {
        await page.goto(`${demo().desk}/cases`);
        await page.locator("#number").fill(number);
        await page.locator("#given").fill(given);
        await page.locator("#family").fill(family);
        await page.locator('form[action="/cases"] button').click();
        await state("open");
      }

      async function addDocument(kind, extra = {}) {
        await page.locator("details summary").click();
        await page.locator("#kind").selectOption(kind);
        await page.locator("#document-number").fill("123456789");
        for (const [field, value] of Object.entries(extra)) await page.locator(field).fill(value);
        await page.locator('form[action$="/documents"] button').click();
        await state("open");
      }

      test("an official signs in with their own app", async () => {
        faults = [];
        await page.goto(`${demo().segl}/`);
        for (const [key, { given, family }] of Object.entries(people)) {
          const text = await page.locator("li").filter({ hasText: `${given} ${family}` }).first().innerText();
          numbers[key] = text.match(/\d{6}-?\d{4}/)[0];
        }
        const card = await cardOf(page, officials[language]);
        const app = await App.open(phone, demo().segl, browser().camera);
        await app.activate(card);
        await page.goto(`${demo().desk}/`);
        await seen(page, "welcome");
        await page.locator('a[href="/sign-in"]').click();
        await begin(page, officials[language]);
        await app.scan(page);
        await app.approve();
        await page.waitForURL(`${demo().desk}/`);
        await page.locator('form[action="/sign-out"]').waitFor();
        await seen(page, "home");
        good();
      });

      test("documents that are not enough, control questions on the other side, and a refusal", async () => {
        faults = [];
        await open(people.viktor, numbers.viktor);
        await seen(page, "case-new");
        await addDocument("health_card");
        await addDocument("tax_papers", { "#issued-on": new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10) });
        await seen(page, "case-documents");
        if (language === "da") {
          await page.locator('form[action$="/questions"] button').click();
          await page.locator('[data-round="desk-round-asked"]').waitFor();
          const side = await customer.newPage();
          await side.goto(await page.locator('a[href*="/customer/"]').getAttribute("href"));
          const questions = await side.locator("fieldset").count();
          assert.ok(questions >= 4 && questions <= 6, `${questions} questions`);
          await seen(side, "customer-questions");
          for (let at = 0; at < questions; at += 1) await side.locator(`label[for="q${at}-0"]`).click();
          await side.locator("button.button-primary").click();
          await side.locator("fieldset").first().waitFor({ state: "detached" });
          await seen(side, "customer-answered");
          await page.reload();
          await seen(page, "case-questions");
        }
        await page.locator("#reason").fill("Svarene passer ikke med registeret.");
        await page.locator('form[action$="/refuse"] button').click();
        await state("refused");
        await seen(page, "case-refused");
        await page.goto(`${demo().desk}/cases`);
        await seen(page, "cases");
        good();
      });

      test("a passport is enough: accepted by the keyboard alone, and the person goes on in the app", async () => {
        faults = [];
        await open(people.freja, numbers.freja);
        await addDocument("danish_passport", { "#valid-until": "2031-01-31" });
        for (let tabs = 0; tabs < 60; tabs += 1) {
          await page.keyboard.press("Tab");
          if (await page.evaluate(() => document.activeElement?.closest("form")?.action.endsWith("/accept"))) break;
        }
        await page.keyboard.press("Enter");
        const code = await page.locator("[data-continuation]").innerText();
        assert.match(code, /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
        await seen(page, "accepted");
        good();
      });
    });
  }
}
