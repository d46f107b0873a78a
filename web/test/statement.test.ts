import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { activationStatement, approvalStatement, canonical, type Statement } from "../src/crypto/statement.ts";

// The server's crate owns the shared vectors.
const shared = "../crates/authn/testdata/statements.json";

test("canonical form: the vectors shared with the server", { skip: existsSync(shared) ? false : "the server's vectors are not there" }, () => {
  const cases = JSON.parse(readFileSync(shared, "utf8")) as { statement: Statement; canonical: string }[];
  assert.ok(cases.length > 0);
  for (const one of cases) assert.equal(canonical(one.statement), one.canonical);
});

test("canonical form: members sorted by UTF-16 code units, only the escapes that RFC 8785 requires", () => {
  const statement = { "\u{1F600}": "emoji", "\uFB33": "dalet", ö: "o", a: "tab\t newline\n quote\" slash/ backslash\\ bell\u0007 del\u007f \u2028" };
  assert.equal(canonical(statement),
    '{"a":"tab\\t newline\\n quote\\" slash/ backslash\\\\ bell\\u0007 del\u007f \u2028","ö":"o","\u{1F600}":"emoji","\uFB33":"dalet"}');
});

test("canonical form: a lone surrogate has none", () => {
  assert.throws(() => canonical({ reference_text: "\uD83D" }), RangeError);
});

test("R-SIG-2: the approval names exactly what was shown", () => {
  const request = {
    action: "APPROVE", nonce: "n", reference_text: "1.250,00 kr. til Æblehaven", service: "Nordbanken", service_id: "demo-bank", sign_in: "s",
    claim: "not signed", browser: "not signed",
  };
  assert.equal(canonical(approvalStatement(request, "auth")),
    '{"action":"APPROVE","authenticator":"auth","decision":"approve","nonce":"n","reference_text":"1.250,00 kr. til Æblehaven",'
    + '"service":"Nordbanken","service_id":"demo-bank","sign_in":"s","typ":"segl-approval-v1"}');
});

test("R-AUT-5: the activation statement carries 16 characters of the activation's hash", async () => {
  const statement = await activationStatement("abc", "auth", "key");
  // SHA-256("abc") = ba7816bf 8f01cfea 414140de ... (FIPS 180-4)
  assert.deepEqual(statement, { activation: "ungWv48Bz-pBQUDe", authenticator: "auth", device_key: "key", typ: "segl-activation-v1" });
});
