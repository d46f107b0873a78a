import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEntry } from "../src/entry.ts";
import { chooseLanguage, languages } from "../src/i18n/index.ts";
import { dayName, fullDate, moment } from "../src/i18n/when.ts";
import { normaliseLetterCode } from "../src/protocol/letter_code.ts";

function texts(node: unknown, path: string): Map<string, string> {
  if (typeof node === "string") return new Map([[path, node]]);
  if (typeof node === "function") return new Map([[path, (node as (...args: unknown[]) => string)("Navn", "Sted", 2)]]);
  return new Map(Object.entries(node as object).flatMap(([key, value]) => [...texts(value, `${path}.${key}`)]));
}

test("both languages have every text, and none is left in the other's words", () => {
  const da = texts(languages.da, "");
  const en = texts(languages.en, "");
  assert.deepEqual([...en.keys()].sort(), [...da.keys()].sort());
  for (const [path, text] of [...da, ...en]) assert.ok(text.trim().length > 0, path);
  for (const [path, text] of en) assert.doesNotMatch(text, /[æøåÆØÅ]/, path);
});

test("the cookie decides, then the browser, then Danish", () => {
  assert.equal(chooseLanguage("a=b; segl_lang=en", ["da"]), "en");
  assert.equal(chooseLanguage("xsegl_lang=en", ["da-DK"]), "da");
  assert.equal(chooseLanguage("segl_lang=de", ["de-DE", "en-US", "da"]), "en");
  assert.equal(chooseLanguage("", ["kl"]), "da");
});

test("times as people say them", () => {
  const now = new Date(2026, 10, 22, 15, 0);
  assert.equal(moment(new Date(2026, 10, 22, 15, 40), now, "da"), "kl. 15.40");
  assert.equal(moment(new Date(2026, 10, 23, 9, 5), now, "en"), "23 November at 09:05");
  assert.equal(dayName(new Date(2026, 10, 21, 23, 59), now, "da"), "I går");
  assert.equal(fullDate("1990-04-12", "da"), "12. april 1990");
  assert.equal(fullDate("2031-01-01", "en"), "1 January 2031");
  assert.match(dayName(new Date(2025, 0, 2), now, "en"), /^Thursday,? 2 January 2025$/);
});

test("the letter code: case, hyphens and spaces do not matter, I L O U do not exist", () => {
  assert.equal(normaliseLetterCode(" 7kd2mx-9ra "), "7KD-2MX-9RA");
  for (const wrong of ["7KD-2MX-9R", "7KD-2MX-9RAB", "IKD-2MX-9RA", "LKD-2MX-9RA", "OKD-2MX-9RA", "UKD-2MX-9RA", ""]) {
    assert.equal(normaliseLetterCode(wrong), undefined, wrong);
  }
});

test("the links that open the app", () => {
  assert.deepEqual(parseEntry(""), { to: "start" });
  assert.deepEqual(parseEntry("#main"), { to: "start" });
  assert.deepEqual(parseEntry("#approve="), { to: "start" });
  assert.deepEqual(parseEntry("#approve=abc-_9.x"), { to: "approve", link: "abc-_9.x" });
  assert.deepEqual(parseEntry("#activate"), { to: "activate", codes: { userId: "", letterCode: "", smsCode: "" } });
  assert.deepEqual(parseEntry("#activate?user_id=anna+b&letter=7KD-2MX-9RA&sms=012345"),
    { to: "activate", codes: { userId: "anna b", letterCode: "7KD-2MX-9RA", smsCode: "012345" } });
  assert.deepEqual(parseEntry("#activated"), { to: "start" });
  assert.deepEqual(parseEntry("#identity"), { to: "identity" });
  assert.deepEqual(parseEntry("#continue=ab-c_9.x"), { to: "continue", link: "ab-c_9.x" });
  assert.deepEqual(parseEntry("#continue="), { to: "start" });
});
