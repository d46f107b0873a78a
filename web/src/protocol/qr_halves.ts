/** The two halves of the animated QR code: `SEGL1.` and 32 bytes, sign-in id (16), second (2, big endian), MAC (14) (R-SIG-4). */

import { decodeBase64url } from "../crypto/base64url.ts";

interface Half { readonly text: string; readonly signIn: string; readonly second: number }

const SHAPE = /^SEGL1\.([A-Za-z0-9_-]{43})$/;

function parseHalf(text: string): Half | undefined {
  const encoded = SHAPE.exec(text)?.[1];
  if (encoded === undefined) return undefined;
  const bytes = decodeBase64url(encoded);
  return { text, signIn: bytes.slice(0, 16).join(), second: new DataView(bytes.buffer).getUint16(16) };
}

export type Seen =
  | { readonly seen: "foreign" }
  | { readonly seen: "half" }
  | { readonly seen: "both"; readonly qr: readonly [string, string] };

/** Collects what the camera reads until two consecutive seconds of one sign-in are there, older first. */
export class QrHalves {
  #kept: Half | undefined;

  add(text: string): Seen {
    const half = parseHalf(text);
    if (half === undefined) return { seen: "foreign" };
    const kept = this.#kept;
    this.#kept = half;
    if (kept?.signIn !== half.signIn) return { seen: "half" };
    if (half.second === kept.second + 1) return { seen: "both", qr: [kept.text, half.text] };
    if (half.second === kept.second - 1) return { seen: "both", qr: [half.text, kept.text] };
    return { seen: "half" };
  }

  clear(): void {
    this.#kept = undefined;
  }
}
