import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { pinFault } from "../src/protocol/pin_rules.ts";

interface Case { readonly pin: string; readonly birth_date: string; readonly ok: boolean }
const cases = JSON.parse(readFileSync("testdata/pins.json", "utf8")) as Case[];

test("R-PIN-1: the shared boundary cases", () => {
  assert.ok(cases.length > 30);
  for (const { pin, birth_date, ok } of cases) assert.equal(pinFault(pin, birth_date) === undefined, ok, `${pin} for ${birth_date}`);
});

test("R-PIN-1: the fault is named", () => {
  assert.equal(pinFault("12345", "1985-04-12"), "not_six_digits");
  assert.equal(pinFault("222222", "1985-04-12"), "one_digit_repeated");
  assert.equal(pinFault("345678", "1985-04-12"), "run");
  assert.equal(pinFault("120485", "1985-04-12"), "birth_date");
});
