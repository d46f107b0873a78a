import assert from "node:assert/strict";
import { test } from "node:test";
import { Client } from "../src/protocol/client.ts";
import { Http } from "../src/protocol/http.ts";
import { parseProblem, Problem, Unreachable } from "../src/protocol/problem.ts";

const json = "application/problem+json; charset=utf-8";

test("a refusal's members", () => {
  const problem = parseProblem(423, json,
    '{"type":"urn:segl:problem:pin-locked","title":"Låst","status":423,"code":"pin_locked","rule":"R-AUT-9","until":"2026-11-22T20:40:00Z","tries_left":0}');
  assert.ok(problem instanceof Error);
  assert.deepEqual({ ...problem }, {
    status: 423, code: "pin_locked", title: "Låst", rule: "R-AUT-9", until: new Date("2026-11-22T20:40:00Z"), triesLeft: 0, name: "Problem",
  });
});

test("absent and misshapen members are left out", () => {
  const problem = parseProblem(403, json, '{"code":"channel_refused","until":"soon","tries_left":"2","member":7,"outcome":""}');
  assert.deepEqual({ ...problem }, { status: 403, code: "channel_refused", title: "HTTP 403", name: "Problem" });
});

test("an answer that is no problem document keeps its status", () => {
  for (const [type, body] of [["text/html", '{"code":"x"}'], [json, "<html>"], [json, "null"], [null, ""]] as const) {
    const problem = parseProblem(502, type, body);
    assert.equal(problem.code, "unreadable");
    assert.equal(problem.status, 502);
  }
});

test("the client throws what the server refused, and says when it got no answer", async () => {
  const refusing = new Client("/app/v1", new Http(() => "da", async () => new Response('{"code":"activation_refused","title":"Nej"}',
    { status: 403, headers: { "content-type": json } })));
  await assert.rejects(refusing.beginActivation("a", "b", "c"), (error) => error instanceof Problem && error.code === "activation_refused");
  const silent = new Client("/app/v1", new Http(() => "da", async () => { throw new TypeError("network"); }));
  await assert.rejects(silent.beginActivation("a", "b", "c"), Unreachable);
});

test("a request says who speaks, in which language, and nothing more", async () => {
  const sent: RequestInit[] = [];
  const client = new Client("/app/v1", new Http(() => "en", async (_, init) => {
    sent.push(init);
    return Response.json({ waiting: false });
  }));
  await client.app("token").waiting();
  await client.app("token").me("session");
  assert.deepEqual(sent[0]?.headers, { Accept: "application/json", "Accept-Language": "en", Authorization: "Segl-App token" });
  assert.deepEqual((sent[1]?.headers as Record<string, string>)["Segl-Session"], "session");
  assert.equal(sent[0]?.credentials, "omit");
});

test("the countdown follows the server's clock when the device's is wrong", async () => {
  const client = new Client("/app/v1", new Http(() => "da", async () =>
    Response.json({ waiting: false }, { headers: { date: new Date(Date.now() - 600_000).toUTCString() } })));
  await client.app("token").waiting();
  assert.ok(Math.abs(client.now() - (Date.now() - 600_000)) < 2_000);
});
