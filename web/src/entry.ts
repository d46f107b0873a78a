/** The links that open the app. What they carry stands in the fragment, so it reaches no server and no log. */

import type { Codes } from "./screens/activate.ts";

export type Entry =
  | { readonly to: "start" }
  | { readonly to: "activate"; readonly codes: Codes }
  | { readonly to: "approve"; readonly link: string }
  | { readonly to: "identity" }
  | { readonly to: "continue"; readonly link: string };

/**
 * `#approve=<link>` on the same device; `#activate`, from the demo's front page with its codes filled in; `#identity`, to get one;
 * `#continue=<link>`, to go on with what was begun elsewhere.
 */
export function parseEntry(fragment: string): Entry {
  if (fragment === "#identity") return { to: "identity" };
  const [, name, rest = ""] = /^#(approve=|continue=|activate(?:\?|$))(.*)$/s.exec(fragment) ?? [];
  if (name === "continue=") return rest === "" ? { to: "start" } : { to: "continue", link: rest };
  if (name === "approve=") return rest === "" ? { to: "start" } : { to: "approve", link: rest };
  if (name === undefined) return { to: "start" };
  const given = new URLSearchParams(rest);
  return {
    to: "activate",
    codes: { userId: given.get("user_id") ?? "", letterCode: given.get("letter") ?? "", smsCode: given.get("sms") ?? "" },
  };
}
