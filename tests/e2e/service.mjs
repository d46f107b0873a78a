// A service of ours: the npm package `openid-client`, which nobody here wrote, as the demo's client `demo-bench`.

import * as openid from "openid-client";

export class Service {
  constructor(config, { redirect_uri: redirectUri, scope }) {
    this.config = config;
    this.redirectUri = redirectUri;
    this.scope = scope;
  }

  /** Finds everything by discovery; the client authenticates as `authentication(secret)` says. */
  static async discover(demo, authentication = openid.ClientSecretBasic) {
    const answer = await fetch(`${demo.segl}/demo/api/bench-client`);
    const client = await answer.json();
    const config = await openid.discovery(new URL(demo.segl), client.client_id, undefined, authentication(client.client_secret), {
      execute: [openid.allowInsecureRequests],
    });
    return new Service(config, client);
  }

  /** A request for a sign-in: where to send the browser, and what to check the answer against. */
  async request(more = {}) {
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()];
    const address = openid.buildAuthorizationUrl(this.config, {
      redirect_uri: this.redirectUri,
      scope: this.scope,
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: "S256",
      state: expectedState,
      nonce: expectedNonce,
      ...more,
    });
    return { address: address.href, checks: { pkceCodeVerifier, expectedState, expectedNonce } };
  }

  /** Begins in the browser; nothing answers at the service's address, so the test does. */
  async begin(page, more) {
    await page.context().route((url) => url.href.startsWith(this.redirectUri), (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><html lang=en><title>The service</title><h1>The service</h1>" }));
    const request = await this.request(more);
    await page.goto(request.address);
    return request.checks;
  }

  /** The answer that the browser brought to the service, as an address. */
  async answer(page) {
    await page.waitForURL((url) => url.href.startsWith(this.redirectUri));
    return new URL(page.url());
  }

  /** Redeems the answer; every check of the library is on. */
  redeem(answer, checks) {
    return openid.authorizationCodeGrant(this.config, answer, checks);
  }

  userinfo(tokens) {
    return openid.fetchUserInfo(this.config, tokens.access_token, tokens.claims().sub);
  }
}
