// A time at Citizen Service: booked without signing in, put into a calendar, moved, found on the day's list, cancelled. Letters and P codes at the desk.

import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import ICAL from "ical.js";
import { Desk } from "../desk.mjs";
import { look } from "../look.mjs";

const LANGUAGES = ["da", "en"];
const hidden = (name) => `input[type=hidden][name="${name}"]`;

/** From the first page to the booking's own page. */
async function book(page, segl, { service = "new_identity", office = "birkesund", seen }) {
  await page.goto(`${segl}/appointments`);
  await seen(page, "appointments");
  await page.locator(`input[name="service"][value="${service}"]`).check();
  await page.locator("select[name=office]").selectOption(office);
  await page.locator('form[action="/appointments/times"] button').click();
  await seen(page, "appointments-times");
  await page.locator("a.segl-time").last().click();
  await page.locator('form[action="/appointments/book"] button').click();
  await page.locator("#name-error").waitFor();
  await seen(page, "appointments-details-errors");
  await page.locator("#name").fill("Marta Nowak-Østergård");
  await page.locator("#phone").fill("+48 512 345 678");
  await page.locator("#email").fill("marta@example.com");
  await seen(page, "appointments-details");
  await page.locator('form[action="/appointments/book"] button').click();
  await page.locator("[data-booking-number]").waitFor();
}

export function appointments({ demo, browser }) {
  for (const language of LANGUAGES) {
    describe(`an appointment (${language})`, () => {
      let computer, page;
      const faults = [];
      const seen = async (where, name) => faults.push(...(await look(where, name)));
      before(async () => {
        computer = await browser().computer(language);
        page = await computer.newPage();
      });
      after(() => computer?.close());

      test("is booked, goes into a calendar, is moved, found again and cancelled", async () => {
        const { segl } = demo();
        await book(page, segl, { seen });
        await seen(page, "appointments-booked");
        const number = await page.locator("[data-booking-number]").textContent();
        const calendar = await page.locator('a[href^="/appointments/booking/calendar"]').getAttribute("href");
        const file = await (await computer.request.get(segl + calendar)).text();
        const event = new ICAL.Event(new ICAL.Component(ICAL.parse(file)).getFirstSubcomponent("vevent"));
        assert.match(event.location, /Prøvegade 1, 9990 Birkesund$/);
        assert.equal(event.duration.toSeconds(), 30 * 60);
        assert.ok(event.description.includes(number));
        assert.ok(event.startDate.toJSDate() > new Date());

        await page.locator('a[href*="/appointments/times"]').click();
        await seen(page, "appointments-move");
        await page.locator('form[action="/appointments/booking/move"] button').first().click();
        await page.locator("[data-booking-number]").waitFor();
        await seen(page, "appointments-moved");

        await page.goto(`${segl}/appointments/find`);
        await page.locator("#number").fill(number);
        await page.locator("#phone").fill("+48512345679");
        await page.locator('form[action="/appointments/find"] button').click();
        await page.locator(".alert-error").waitFor();
        await seen(page, "appointments-find-wrong");
        await page.locator("#phone").fill("0048 512345678");
        await page.locator('form[action="/appointments/find"] button').click();
        await page.locator(`form[action="/appointments/booking/cancel"]:has(${hidden("k")}) button`).click();
        await page.locator('.segl-actions a[href="/appointments"]').waitFor();
        await seen(page, "appointments-cancelled");
        assert.deepEqual(faults, []);
      });
    });
  }
  atTheDesk({ demo, browser });
}

function atTheDesk({ demo, browser }) {
  describe("the desk's list and P codes", () => {
    let desk;
    const faults = [];
    const seen = async (where, name) => faults.push(...(await look(where, name)));
    before(async () => {
      desk = await Desk.signIn(demo(), browser());
    });

    test("what was booked stands on the list of its day, in its office", async () => {
      const computer = await browser().computer("en");
      const page = await computer.newPage();
      await book(page, demo().segl, { seen: async () => {} });
      const calendar = await page.locator('a[href^="/appointments/booking/calendar"]').getAttribute("href");
      const file = await (await computer.request.get(demo().segl + calendar)).text();
      const [, year, month, day] = /DTSTART:(\d{4})(\d{2})(\d{2})T/.exec(file);
      const number = await page.locator("[data-booking-number]").textContent();
      await computer.close();
      await desk.page.goto(`${demo().desk}/day?office=birkesund&day=${year}-${month}-${day}`);
      await desk.page.locator("tr[data-booking]", { hasText: number }).waitFor();
      await desk.page.goto(`${demo().desk}/day?office=nordager`);
      await desk.page.locator('[data-code="not_found"]').waitFor();
    });

    for (const language of LANGUAGES) {
      test(`somebody without an appointment is put down, called and done (${language})`, async () => {
        const { page } = desk;
        await page.goto(`${demo().desk}/day?lang=${language}`);
        await page.locator("#name").fill(`Ole Uden Tid ${language}`);
        await page.locator('form[action="/day/walk-in"] button').click();
        const line = page.locator("tr[data-booking]", { hasText: `Ole Uden Tid ${language}` });
        await line.waitFor();
        await seen(page, "desk-day");
        for (const step of ["call", "finish"]) await line.locator(`button[value="${step}"]`).click();
        await line.locator("button").first().waitFor({ state: "detached" });
        assert.deepEqual(faults, []);
      });

      test(`a P code is issued, renewed for the same person, and printed (${language})`, async () => {
        const { page } = desk;
        const origin = demo().desk;
        const issue = async () => {
          await page.goto(`${origin}/p-codes?lang=${language}`);
          await page.locator("#given").fill("Łukasz");
          await page.locator("#family").fill(language === "da" ? "Žižek" : "Wójcik");
          await page.locator("#born").fill("1990-04-09");
          await page.locator("#seen").check();
          await page.locator('form[action="/p-codes"] button').click();
        };
        await page.goto(`${origin}/p-codes`);
        await page.locator('form[action="/p-codes"] button').click();
        await page.locator("#family-error").waitFor();
        await seen(page, "desk-p-codes-errors");
        await issue();
        const code = await page.locator("[data-p-code]").textContent();
        assert.match(code, /^\d{8}$/);
        await seen(page, "desk-p-code-issued");
        const letter = await page.locator('a[href^="/p-codes/letter"]').getAttribute("href");
        const pdf = await page.request.get(origin + letter);
        assert.equal(pdf.headers()["content-type"], "application/pdf");
        await issue();
        await seen(page, "desk-p-codes-same");
        await page.locator('button[name="same"][value="renew"]').click();
        assert.equal(await page.locator("[data-p-code]").textContent(), code);
        assert.deepEqual(faults, []);
      });
    }
  });
}
