// The demo's front page and its services, by what they are rather than how they look.

import { strict as assert } from "node:assert";

/** Somebody of the front page's list, with the codes that stand there. */
export async function cardOf(page, userId) {
  const card = page.locator("ul.segl-people > li").filter({ hasText: userId });
  const link = await card.locator('a[href*="#activate?"]').getAttribute("href");
  const codes = new URLSearchParams(link.split("#activate?")[1]);
  const [letter, sms] = [codes.get("letter"), codes.get("sms")];
  const text = await card.innerText();
  for (const shown of [letter, sms]) assert.ok(text.includes(shown), `the card shows ${shown}: ${text}`);
  return { userId, letter, sms };
}

/** "Log on with Segl". */
export async function logOn(page, service) {
  await page.goto(`${service}/`);
  await page.locator('form[action="/login"] button').first().click();
  await page.locator("#user-id").waitFor();
}

/** Logged on: what the service says of the person. */
export async function loggedOn(page, service) {
  await page.waitForURL(`${service}/`);
  await page.locator('form[action="/logout"]').first().waitFor();
  return page.locator("main").innerText();
}

export async function transfer(page, bank, recipient, amount) {
  await page.goto(`${bank}/transfer`);
  await page.locator('[name="recipient"]').fill(recipient);
  await page.locator('[name="amount"]').fill(amount);
  await page.locator('main form[action="/transfer"] button[type="submit"]').click();
  await page.locator("#user-id, [data-segl-wait]").first().waitFor();
}

export async function receipt(page, service) {
  await page.waitForURL(`${service}/receipt`);
  return page.locator("main").innerText();
}

/** The raw tokens, which are there on demand. */
export async function rawTokens(page) {
  const more = page.locator("details", { has: page.locator("pre.segl-raw") });
  for (const one of await more.all()) await one.locator("summary").click();
  const shown = page.locator("pre.segl-raw");
  await shown.first().waitFor({ state: "visible" });
  return shown.allInnerTexts();
}
