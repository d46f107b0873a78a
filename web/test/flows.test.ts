import assert from "node:assert/strict";
import { test } from "node:test";
import * as local from "../src/crypto/opaque.ts";
import { Client } from "../src/protocol/client.ts";
import { Http } from "../src/protocol/http.ts";
import { approve, finishActivation, unlock, WrongPin, type NewApp } from "../src/protocol/flows.ts";
import { Problem } from "../src/protocol/problem.ts";
import { aRequest, codes, MockServer, sizes } from "./mock_server.ts";

const PIN = "135790";

async function activated(): Promise<{ server: MockServer; client: Client; made: NewApp }> {
  const server = await MockServer.start();
  const client = new Client("/app/v1", new Http(() => "da", server.fetch));
  const activation = await client.beginActivation(codes.user_id, codes.letter_code, codes.sms_code);
  return { server, client, made: await finishActivation(client, local, activation, PIN, "Chrome på Linux") };
}

test("activation, approval and unlocking, with messages of RFC 9807's sizes", async () => {
  const { server, client, made } = await activated();
  assert.equal(made.privateKey.extractable, false);
  const app = client.app(made.app.app_token);
  const approved = await approve(app, local, made, aRequest, PIN);
  assert.deepEqual(approved, { approved: true });
  assert.equal(server.approvals[0]?.["reference_text"], aRequest.reference_text);
  assert.equal(await unlock(app, local, PIN), "session");
  assert.deepEqual(sizes, {
    "registration request": 32, "registration response": 64, "registration record": 192, KE1: 96, KE2: 320, KE3: 64,
  });
});

test("R-SIG-2: an approval of other words than the server's is refused, and the member is named", async () => {
  const { server, client, made } = await activated();
  const shown = { ...aRequest, reference_text: "Overfør 1,00 kr. til Æblehaven" };
  await assert.rejects(approve(client.app("token"), local, made, shown, PIN),
    (error) => error instanceof Problem && error.code === "approval_altered" && error.member === "reference_text");
  assert.equal(server.approvals.length, 0);
});

test("R-AUT-9: a wrong PIN is known on the device, the last one tells until when", async () => {
  const { client, made } = await activated();
  const wrong = () => approve(client.app("token"), local, made, aRequest, "246802");
  await assert.rejects(wrong(), (error) => error instanceof WrongPin && error.triesLeft === 2);
  await assert.rejects(wrong(), (error) => error instanceof WrongPin && error.triesLeft === 1);
  await assert.rejects(wrong(), (error) => error instanceof Problem && error.code === "pin_locked" && error.until !== undefined);
});

test("a right PIN after a wrong one", async () => {
  const { server, client, made } = await activated();
  await assert.rejects(approve(client.app("token"), local, made, aRequest, "246802"), WrongPin);
  await approve(client.app("token"), local, made, aRequest, PIN);
  assert.equal(server.approvals.length, 1);
});
