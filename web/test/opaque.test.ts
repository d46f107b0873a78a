import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { finishLogin, startLogin, startRegistration } from "../src/crypto/opaque.ts";

// One login that the server's crate `authn` (opaque-ke 4.0) answered and accepted. KE3 follows from the client's state and KE2.
const recorded = JSON.parse(readFileSync("testdata/opaque_login.json", "utf8")) as
  { readonly pin: string; readonly client_state: string; readonly ke1: string; readonly ke2: string; readonly ke3: string };

test("the client answers KE2 of the server's crate with the KE3 that it accepted", async () => {
  assert.equal(await finishLogin(recorded.pin, recorded.client_state, recorded.ke2), recorded.ke3);
});

test("another PIN, or a KE2 that was changed on the way, gives no KE3", async () => {
  assert.equal(await finishLogin("135791", recorded.client_state, recorded.ke2), undefined);
  const changed = `${recorded.ke2.slice(0, -8)}AAAAAAAA`;
  assert.equal(await finishLogin(recorded.pin, recorded.client_state, changed), undefined);
});

test("no two blindings are alike", async () => {
  assert.notEqual((await startLogin(recorded.pin)).ke1, (await startLogin(recorded.pin)).ke1);
  assert.notEqual((await startRegistration(recorded.pin)).request, (await startRegistration(recorded.pin)).request);
});
