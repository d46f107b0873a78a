import assert from "node:assert/strict";
import { test } from "node:test";
import { languages, type Language } from "../src/i18n/index.ts";
import { Problem, Unreachable } from "../src/protocol/problem.ts";
import { explain, explainApproval, isAppGone } from "../src/screens/failure.ts";

const reader = (language: Language) => ({ language, m: languages[language] });
const refusal = (code: string, more: object = {}) => new Problem({ status: 403, code, title: code, ...more });

test("R-SIG-7: with PSD2, every refusal of PIN, key or app reads the same", () => {
  const codes = ["pin_locked", "app_blocked", "pin_refused", "signature_refused", "approval_altered", "exchange_over", "app_not_active"];
  for (const language of ["da", "en"] as const) {
    const said = codes.map((code) => explainApproval(reader(language), refusal(code, { until: new Date() }), true));
    assert.equal(new Set(said.map((one) => JSON.stringify(one))).size, 1);
    assert.equal(said[0]?.name, "neutral");
    assert.doesNotMatch(said[0]?.text ?? "", /\b(pin|app|key|code)\b|kode|nøgle/i);
  }
});

test("without PSD2 the person is told what happened", () => {
  const until = new Date(Date.now() + 600_000);
  const locked = explainApproval(reader("da"), refusal("pin_locked", { until }), false);
  assert.equal(locked.name, "pin_locked");
  assert.match(locked.text, /kl\. \d\d\.\d\d/);
  assert.equal(explainApproval(reader("en"), refusal("approval_altered"), false).heading, "We stopped the approval");
});

test("a lost answer to an approval claims nothing about what became of it", () => {
  for (const psd2 of [true, false]) {
    const said = explainApproval(reader("en"), new Unreachable("POST"), psd2);
    assert.equal(said.name, "uncertain");
    assert.doesNotMatch(said.text, /nothing/i);
  }
});

test("a request that is over is told by its outcome, also with PSD2", () => {
  const over = refusal("request_over", { outcome: "second_request" });
  assert.equal(explainApproval(reader("da"), over, true).heading, languages.da.outcomes.second_request.heading);
  assert.equal(explain(reader("da"), refusal("request_over", { outcome: "a later word" })).heading, languages.da.outcomes.over.heading);
  assert.equal(explain(reader("da"), refusal("request_over")).name, "request_over");
});

test("a refusal that the app does not know, even one named like a member of every object", () => {
  for (const code of ["something_new", "constructor", "toString"]) {
    assert.equal(explain(reader("en"), refusal(code)).heading, languages.en.problems.unknown.heading);
  }
});

test("the app is gone when the server no longer knows it, not when the page is locked", () => {
  assert.ok(isAppGone(new Problem({ status: 401, code: "app_unknown", title: "" })));
  assert.ok(isAppGone(refusal("app_not_active")));
  assert.ok(!isAppGone(new Problem({ status: 401, code: "locked", title: "" })));
  assert.ok(!isAppGone(new Unreachable("GET")));
});

test("R-SIG-4: the last wrong code ends the request, an earlier one does not", () => {
  assert.equal(explain(reader("en"), refusal("channel_refused", { triesLeft: 0 })).heading, languages.en.outcomes.wrong_codes.heading);
  assert.equal(explain(reader("en"), refusal("channel_refused", { triesLeft: 1 })).name, "channel_refused");
  assert.equal(explain(reader("en"), refusal("channel_refused")).name, "channel_refused");
});
