/** The page's end of the OPAQUE worker. */

import type { Opaque } from "./opaque.ts";
import type { Answer, Call } from "./opaque_worker.ts";

export function opaqueInWorker(worker: Worker): Opaque {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let last = 0;

  worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
    const caller = waiting.get(data.id);
    waiting.delete(data.id);
    if ("error" in data) caller?.reject(new Error(data.error));
    else caller?.resolve(data.value as never);
  });
  worker.addEventListener("error", (event) => {
    for (const caller of waiting.values()) caller.reject(new Error(event.message || "the OPAQUE worker did not start"));
    waiting.clear();
  });

  const call = (name: Call["name"]) => (...args: string[]) => new Promise<never>((resolve, reject) => {
    last += 1;
    waiting.set(last, { resolve, reject });
    worker.postMessage({ id: last, name, args } satisfies Call);
  });
  return {
    startRegistration: call("startRegistration"),
    finishRegistration: call("finishRegistration"),
    startLogin: call("startLogin"),
    finishLogin: call("finishLogin"),
  };
}
