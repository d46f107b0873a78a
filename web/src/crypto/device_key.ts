/** The device key: ECDSA P-256 in WebCrypto, its private half not extractable. */

import { encodeBase64url } from "./base64url.ts";
import { canonical, type Statement } from "./statement.ts";

export interface DeviceKey {
  readonly privateKey: CryptoKey;
  /** Uncompressed point, 65 bytes, base64url. */
  readonly publicKey: string;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;

export async function createDeviceKey(): Promise<DeviceKey> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  const point = await crypto.subtle.exportKey("raw", pair.publicKey);
  return { privateKey: pair.privateKey, publicKey: encodeBase64url(new Uint8Array(point)) };
}

/** Signs the canonical form; `r||s`, 64 bytes, base64url. */
export async function sign(privateKey: CryptoKey, statement: Statement): Promise<string> {
  const bytes = new TextEncoder().encode(canonical(statement));
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, bytes);
  return encodeBase64url(new Uint8Array(signature));
}
