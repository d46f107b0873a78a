/** What a device key signs: flat JSON objects of strings in the canonical form of RFC 8785 (docs/app-protocol.md, "Statements"). */

import { encodeBase64url } from "./base64url.ts";

export type Statement = Readonly<Record<string, string>>;

export interface ApprovalStatement extends Statement {
  readonly action: string;
  readonly authenticator: string;
  readonly decision: "approve";
  readonly nonce: string;
  readonly reference_text: string;
  readonly service: string;
  readonly service_id: string;
  readonly sign_in: string;
  readonly typ: "segl-approval-v1";
}

/**
 * RFC 8785 for this shape: members sorted by UTF-16 code units (the order of a plain sort), strings escaped as
 * ECMAScript's JSON.stringify does, which is what section 3.2.2.2 takes over. Lone surrogates are refused, as it demands.
 */
export function canonical(statement: Statement): string {
  const members = Object.keys(statement).sort().map((name) => {
    const value = statement[name] ?? "";
    if (!name.isWellFormed() || !value.isWellFormed()) throw new RangeError("a lone surrogate has no canonical form");
    return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
  });
  return `{${members.join(",")}}`;
}

/** The statement that binds a new device key to one activation (R-AUT-5). */
export async function activationStatement(activation: string, authenticator: string, deviceKey: string): Promise<Statement> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(activation));
  return {
    activation: encodeBase64url(new Uint8Array(digest)).slice(0, 16),
    authenticator,
    device_key: deviceKey,
    typ: "segl-activation-v1",
  };
}

/** The approval of exactly what was shown (R-SIG-2). */
export function approvalStatement(
  request: { action: string; nonce: string; reference_text: string; service: string; service_id: string; sign_in: string },
  authenticator: string,
): ApprovalStatement {
  return {
    action: request.action,
    authenticator,
    decision: "approve",
    nonce: request.nonce,
    reference_text: request.reference_text,
    service: request.service,
    service_id: request.service_id,
    sign_in: request.sign_in,
    typ: "segl-approval-v1",
  };
}
