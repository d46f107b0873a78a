/**
 * The client half of OPAQUE (RFC 9807: ristretto255, SHA-512, 3DH), with the binding of docs/app-protocol.md: the package fixes
 * the context to the empty string, so the server's identity separates this use of OPAQUE from any other. Stretching is argon2id
 * with the protocol's numbers, a salt of 16 zero bytes and 64 bytes out.
 */

import * as opaque from "@serenity-kit/opaque";

const identifiers = { server: "segl-app-v1" } as const;
const keyStretching = { "argon2id-custom": { memory: 19456, iterations: 2, parallelism: 1 } } as const;

export interface StartedRegistration { readonly state: string; readonly request: string }
export interface StartedLogin { readonly state: string; readonly ke1: string }

export async function startRegistration(pin: string): Promise<StartedRegistration> {
  await opaque.ready;
  const started = opaque.client.startRegistration({ password: pin });
  return { state: started.clientRegistrationState, request: started.registrationRequest };
}

/** Returns the registration record, 192 bytes. */
export async function finishRegistration(pin: string, state: string, response: string): Promise<string> {
  await opaque.ready;
  return opaque.client.finishRegistration({
    password: pin, clientRegistrationState: state, registrationResponse: response, identifiers, keyStretching,
  }).registrationRecord;
}

export async function startLogin(pin: string): Promise<StartedLogin> {
  await opaque.ready;
  const started = opaque.client.startLogin({ password: pin });
  return { state: started.clientLoginState, ke1: started.startLoginRequest };
}

/** Returns KE3, 64 bytes, or undefined when KE2 shows that the PIN is wrong. */
export async function finishLogin(pin: string, state: string, ke2: string): Promise<string | undefined> {
  await opaque.ready;
  return opaque.client.finishLogin({
    password: pin, clientLoginState: state, loginResponse: ke2, identifiers, keyStretching,
  })?.finishLoginRequest;
}

export interface Opaque {
  startRegistration: typeof startRegistration;
  finishRegistration: typeof finishRegistration;
  startLogin: typeof startLogin;
  finishLogin: typeof finishLogin;
}
