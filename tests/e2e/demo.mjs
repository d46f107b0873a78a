// Starts the real program as a person would, `segl demo`, in a folder of its own and on ports of its own.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const program = process.env.SEGL_BIN ?? fileURLToPath(new URL("../../target/debug/segl", import.meta.url));
const READY_WITHIN_MS = 60_000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** The first of four free ports in a row: Segl, the bank, the municipality and Citizen Service. */
async function fourPorts() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000); // below those that Linux gives to outgoing connections
    const free = await Promise.all([port, port + 1, port + 2, port + 3].map(isFree));
    if (free.every(Boolean)) return port;
  }
}

async function isReady(segl) {
  try {
    const { status } = await fetch(`${segl}/health/ready`);
    return status === 200;
  } catch {
    return false;
  }
}

/** A running demo: `segl`, `bank`, `municipality` and `desk` are origins. */
export async function startDemo(extra = []) {
  const folder = mkdtempSync(join(tmpdir(), "segl-e2e-"));
  const port = await fourPorts();
  const child = spawn(program, ["demo", "--data", join(folder, "data"), "--port", String(port), ...extra], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => { said += bytes; });
  const ended = new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(`${program} ended (${code ?? signal}):\n${said}`));
    child.once("error", (error) => resolve(`${program} cannot be started: ${error.message}`));
  });
  const origin = (next) => `http://localhost:${port + next}`;
  const demo = { segl: origin(0), bank: origin(1), municipality: origin(2), desk: origin(3), said: () => said };
  demo.stop = async () => {
    child.kill("SIGTERM");
    const hard = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(hard);
    rmSync(folder, { recursive: true, force: true });
  };
  const until = Date.now() + READY_WITHIN_MS;
  while (!(await isReady(demo.segl))) {
    const over = await Promise.race([ended, pause(50)]);
    if (over !== undefined) throw new Error(over);
    if (Date.now() > until) {
      await demo.stop();
      throw new Error(`the demo is not ready after ${READY_WITHIN_MS} ms:\n${said}`);
    }
  }
  return demo;
}

/** Somebody new, with the codes that activate an app: `{userId, letter, sms}`. */
export async function somebody(demo) {
  const answer = await fetch(`${demo.segl}/demo/api/people`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ count: 1 }),
  });
  if (!answer.ok) throw new Error(`no new person: ${answer.status} ${await answer.text()}`);
  const [made] = await answer.json();
  return { userId: made.user_id, letter: made.letter_code, sms: made.sms_code };
}
