/** The exchanges that take several requests: activation, approval and unlocking, each with OPAQUE inside. */

import { createDeviceKey, sign } from "../crypto/device_key.ts";
import type { Opaque } from "../crypto/opaque.ts";
import { activationStatement, approvalStatement } from "../crypto/statement.ts";
import type { AppClient, Client } from "./client.ts";
import type { ActivatedApp, Activation, Approved, ClaimedRequest, Exchange } from "./types.ts";

/** KE2 showed that the PIN is wrong; the server has already counted the guess (R-AUT-9). */
export class WrongPin extends Error {
  override readonly name = "WrongPin";
  readonly triesLeft: number;

  constructor(triesLeft: number) {
    super("wrong PIN");
    this.triesLeft = triesLeft;
  }
}

export interface NewApp { readonly app: ActivatedApp; readonly authenticator: string; readonly privateKey: CryptoKey }

/** Registers the PIN and a fresh device key with an activation that two codes have opened (R-AUT-5). */
export async function finishActivation(
  client: Client, opaque: Opaque, activation: Activation, pin: string, deviceName: string,
): Promise<NewApp> {
  const started = await opaque.startRegistration(pin);
  const { registration_response } = await client.registerPin(activation.activation, started.request);
  const record = await opaque.finishRegistration(pin, started.state, registration_response);
  const { privateKey, publicKey } = await createDeviceKey();
  const statement = await activationStatement(activation.activation, activation.authenticator_id, publicKey);
  const app = await client.finishActivation({
    activation: activation.activation,
    registration_record: record,
    device_key: publicKey,
    device_name: deviceName,
    platform: "web",
    proof: await sign(privateKey, statement),
  });
  return { app, authenticator: activation.authenticator_id, privateKey };
}

interface Signer { readonly authenticator: string; readonly privateKey: CryptoKey }

/** Approves what was shown: the PIN through OPAQUE and a signature over the statement, in one exchange (R-SIG-2). */
export async function approve(
  client: AppClient, opaque: Opaque, signer: Signer, request: ClaimedRequest, pin: string,
): Promise<Approved> {
  const started = await opaque.startLogin(pin);
  const start = (): Promise<Exchange> => client.startApproval(request.claim, started.ke1);
  const { exchange, ke3 } = await provePin(opaque, pin, started.state, start);
  const statement = approvalStatement(request, signer.authenticator);
  return client.finishApproval(exchange, ke3, statement, await sign(signer.privateKey, statement));
}

/** Opens the holder's own pages for 15 minutes; returns the session. */
export async function unlock(client: AppClient, opaque: Opaque, pin: string): Promise<string> {
  const started = await opaque.startLogin(pin);
  const { exchange, ke3 } = await provePin(opaque, pin, started.state, () => client.startUnlock(started.ke1));
  return (await client.finishUnlock(exchange, ke3)).session;
}

/** When the last try was wrong the app asks once more, only to be told until when the PIN is locked, or that the app is blocked. */
async function provePin(
  opaque: Opaque, pin: string, state: string, start: () => Promise<Exchange>,
): Promise<{ exchange: string; ke3: string }> {
  const { exchange, ke2, tries_left } = await start();
  const ke3 = await opaque.finishLogin(pin, state, ke2);
  if (ke3 !== undefined) return { exchange, ke3 };
  if (tries_left === 0) await start();
  throw new WrongPin(tries_left);
}
