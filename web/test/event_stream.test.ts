import assert from "node:assert/strict";
import { test } from "node:test";
import { EnrolmentClient } from "../src/protocol/enrolment.ts";
import { EventReader, eventsOf } from "../src/protocol/event_stream.ts";
import { Http } from "../src/protocol/http.ts";
import { Problem } from "../src/protocol/problem.ts";

const stream = 'event: enrolment\ndata: {"state":"waiting_for_official"}\n\n: still here\n\nevent:enrolment\r\ndata:{"state":\r\ndata:"number"}\r\n\r\ndata: plain\n\nevent: unfinished\ndata: x\n';
const events = [
  { event: "enrolment", data: '{"state":"waiting_for_official"}' }, { event: "enrolment", data: '{"state":\n"number"}' }, { event: "message", data: "plain" },
];

test("events are the same however the stream is cut into pieces", () => {
  for (const size of [1, 2, 3, 7, 1000]) {
    const reader = new EventReader();
    const seen = [];
    for (let at = 0; at < stream.length; at += size) seen.push(...reader.add(stream.slice(at, at + size)));
    assert.deepEqual(seen, events, `pieces of ${size}`);
  }
});

test("a stream of bytes, with a letter cut in two", async () => {
  const bytes = new TextEncoder().encode("data: blåbær\n\n");
  const cut = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const seen = [];
  for await (const event of eventsOf(cut)) seen.push(event);
  assert.deepEqual(seen, [{ event: "message", data: "blåbær" }]);
});

test("an enrolment's changes are asked for under its token, and a refusal is a problem", async () => {
  const asked: [string, RequestInit][] = [];
  const http = new Http(() => "da", async (url, init) => {
    asked.push([url, init]);
    return new Response('event: enrolment\ndata: {"state":"number"}\n\n', { headers: { "content-type": "text/event-stream" } });
  });
  const states = [];
  for await (const { state } of new EnrolmentClient("/enrol/v1", http).of("owner").changes(new AbortController().signal)) states.push(state);
  assert.deepEqual(states, ["number"]);
  assert.equal(asked[0]?.[0], "/enrol/v1/enrolments/events");
  assert.equal((asked[0]?.[1].headers as Record<string, string>)["Authorization"], "Segl-Enrolment owner");

  const refusing = new Http(() => "da", async () => new Response('{"code":"enrolment_unknown","title":"x"}',
    { status: 401, headers: { "content-type": "application/problem+json" } }));
  await assert.rejects(new EnrolmentClient("/enrol/v1", refusing).of("owner").changes(new AbortController().signal).next(),
    (error) => error instanceof Problem && error.code === "enrolment_unknown");
});
