/** OPAQUE off the main thread, so that the screen stays alive while argon2id works. */

import { finishLogin, finishRegistration, startLogin, startRegistration, type Opaque } from "./opaque.ts";

const calls: Opaque = { startRegistration, finishRegistration, startLogin, finishLogin };

export interface Call { readonly id: number; readonly name: keyof Opaque; readonly args: readonly string[] }
export type Answer = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string };

self.addEventListener("message", async ({ data }: MessageEvent<Call>) => {
  const call = calls[data.name] as (...args: readonly string[]) => Promise<unknown>;
  let answer: Answer;
  try {
    answer = { id: data.id, value: await call(...data.args) };
  } catch (error) {
    answer = { id: data.id, error: String(error) };
  }
  self.postMessage(answer);
});
