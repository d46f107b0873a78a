import assert from "node:assert/strict";
import { test } from "node:test";
import { demoReader, phoneReader } from "../src/protocol/chip_readers.ts";
import { ChipLost, relayChip, type Chip, type ChipReader, type RelayEnd, type RelayNews } from "../src/protocol/chip_relay.ts";

type Message = string | Uint8Array<ArrayBuffer>;

/** One end of a WebSocket whose other end a test plays. */
class ScriptedSocket {
  readyState = 0;
  binaryType = "blob";
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string | ArrayBuffer }) => void) | null = null;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly #heard: Message[] = [];
  #listening: ((message: Message) => void) | undefined;

  constructor(url: string, protocols: readonly string[]) {
    this.url = url;
    this.protocols = protocols;
  }

  send(message: Message): void {
    if (this.#listening === undefined) this.#heard.push(message);
    else this.#listening(message);
    this.#listening = undefined;
  }

  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    queueMicrotask(() => this.onclose?.());
  }

  /** The other end: accepts, says something, waits for what is said. */
  accept(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  say(message: object | Uint8Array<ArrayBuffer>): void {
    this.onmessage?.({ data: message instanceof Uint8Array ? message.slice().buffer : JSON.stringify(message) });
  }

  hear(): Promise<Message> {
    const kept = this.#heard.shift();
    return kept === undefined ? new Promise((resolve) => { this.#listening = resolve; }) : Promise.resolve(kept);
  }

  async hearJson(): Promise<unknown> {
    return JSON.parse(String(await this.hear()));
  }
}

const bytes = (hex: string): Uint8Array<ArrayBuffer> => Uint8Array.from(Buffer.from(hex, "hex"));
const hex = (message: Message): string => Buffer.from(message as Uint8Array).toString("hex");

/** Answers what the script says, one entry for each command; an error is thrown. */
function chip(answers: readonly (string | Error)[], more: Partial<Chip> = {}): Chip & { commands: string[]; closed: boolean } {
  const left = [...answers];
  const made = {
    commands: [] as string[], closed: false, ...more,
    async transceive(command: Uint8Array<ArrayBuffer>) {
      made.commands.push(hex(command));
      const answer = left.shift() ?? new Error("the script is over");
      if (answer instanceof Error) throw answer;
      return bytes(answer);
    },
    close() { made.closed = true; },
  };
  return made;
}

interface Session { readonly server: ScriptedSocket; readonly end: Promise<RelayEnd>; readonly news: RelayNews[]; readonly stop: AbortController }

async function begin(reader: ChipReader): Promise<Session> {
  const stop = new AbortController();
  const news: RelayNews[] = [];
  let server: ScriptedSocket | undefined;
  const end = relayChip({
    url: "wss://segl.example/enrol/chip/case", token: "tok-en_1", reader, signal: stop.signal, onNews: (one) => news.push(one),
    connect: (url, protocols) => (server = new ScriptedSocket(url, protocols)) as unknown as WebSocket,
  });
  end.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve));
  assert.ok(server !== undefined, "the relay connects once there is a chip");
  return { server, end, news, stop };
}

const one = (made: Chip): ChipReader => ({ connect: async () => made });

test("a session: the chip is announced, each command carried as it is, the end told", async () => {
  const passport = chip(["311406019000", "9000"], { longestAnswer: 258, extendedLength: false });
  const { server, end, news } = await begin(one(passport));
  assert.deepEqual(server.protocols, ["segl-chip.v1", "token.tok-en_1"]);
  server.accept();
  assert.deepEqual(await server.hearJson(), { chip: { longest_answer: 258, extended_length: false } });
  server.say({ token: "next" });
  server.say(bytes("00b09c0000"));
  assert.equal(hex(await server.hear()), "311406019000");
  server.say({ file: "DG2", read: 1200, of: 20000 });
  server.say({ file: "EF.COM", read: 12, of: null });
  server.say(bytes("00a4040c"));
  assert.equal(hex(await server.hear()), "9000");
  server.say({ done: true });
  server.close();
  assert.deepEqual(await end, { end: "done" });
  assert.deepEqual(passport.commands, ["00b09c0000", "00a4040c"]);
  assert.ok(passport.closed);
  assert.deepEqual(news, [
    { what: "waiting" }, { what: "found" },
    { what: "reading", file: "DG2", read: 1200, of: 20000 }, { what: "reading", file: "EF.COM", read: 12, of: null },
  ]);
});

test("a chip that carries anything says nothing of what it carries", async () => {
  const { server } = await begin(one(chip([])));
  server.accept();
  assert.deepEqual(await server.hearJson(), { chip: {} });
  server.close();
});

test("a lost chip is told in the place of its answer, and announced again when it is back", async () => {
  const first = chip([new ChipLost("gone")]);
  const second = chip(["9000"]);
  const chips = [first, second];
  const { server, end, news } = await begin({ connect: async () => chips.shift() as Chip });
  server.accept();
  await server.hear();
  server.say(bytes("00b00000"));
  assert.deepEqual(await server.hearJson(), { lost: true });
  assert.deepEqual(await server.hearJson(), { chip: {} });
  assert.ok(first.closed);
  server.say(bytes("00b00000"));
  assert.equal(hex(await server.hear()), "9000");
  server.say({ done: true });
  server.close();
  assert.deepEqual(await end, { end: "done" });
  assert.deepEqual(news.map(({ what }) => what), ["waiting", "found", "lost", "found"]);
});

test("a torn connection gives the token of the next relay, or none where the server had no time to name one", async () => {
  for (const token of ["next", undefined]) {
    const passport = chip([]);
    const { server, end } = await begin(one(passport));
    server.accept();
    if (token !== undefined) server.say({ token });
    server.close();
    assert.deepEqual(await end, { end: "torn", token });
    assert.ok(passport.closed);
  }
});

test("a refusal is told by its name", async () => {
  const { server, end } = await begin(one(chip([])));
  server.accept();
  server.say({ refused: "bac_refused" });
  server.close();
  assert.deepEqual(await end, { end: "refused", why: "bac_refused" });
});

test("cancelling closes both ends, whether or not a chip was found", async () => {
  const passport = chip([]);
  const { server, end, stop } = await begin(one(passport));
  server.accept();
  stop.abort();
  await assert.rejects(end, (error) => error instanceof DOMException && error.name === "AbortError");
  assert.equal(server.readyState, 3);
  assert.ok(passport.closed);

  const waiting = new AbortController();
  const never = relayChip({
    url: "", token: "", signal: waiting.signal, onNews: () => undefined,
    reader: { connect: (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))) },
    connect: () => assert.fail("there is no chip to relay"),
  });
  waiting.abort();
  await assert.rejects(never, (error) => error instanceof DOMException && error.name === "AbortError");
});

test("a fault of this device that is no lost chip ends the relay", async () => {
  const { server, end } = await begin(one(chip([new RangeError("broken")])));
  server.accept();
  server.say(bytes("00b00000"));
  await assert.rejects(end, RangeError);
});

test("a virtual passport: one message out, one in; a closed one is a lost chip", async () => {
  let far: ScriptedSocket | undefined;
  const reader = demoReader("ws://segl.example/demo/chips/freja", (url, protocols) => (far = new ScriptedSocket(url, protocols)) as unknown as WebSocket);
  const connecting = reader.connect(new AbortController().signal);
  far?.accept();
  const passport = await connecting;
  const answer = passport.transceive(bytes("00a4"));
  assert.equal(hex(await (far as ScriptedSocket).hear()), "00a4");
  far?.say(bytes("6a82"));
  assert.equal(hex(await answer), "6a82");
  const lost = passport.transceive(bytes("00b0"));
  far?.close();
  await assert.rejects(lost, ChipLost);
  await assert.rejects(passport.transceive(bytes("00b0")), ChipLost);
});

test("a phone's shell: its refusal to carry is a lost chip, and without a shell there is no reader", async () => {
  const reader = phoneReader({
    connect: async () => ({ longestAnswer: 256, transceive: () => Promise.reject(new Error("TagLostException")), close: () => undefined }),
  });
  const found = await reader?.connect(new AbortController().signal);
  assert.equal(found?.longestAnswer, 256);
  await assert.rejects(found?.transceive(bytes("00")) ?? Promise.resolve(), ChipLost);
  assert.equal(phoneReader(undefined), undefined);
});
