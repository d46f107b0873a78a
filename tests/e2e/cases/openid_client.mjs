// `openid-client` signs in: discovery, authorize, code, tokens, userinfo, and what must be refused on the way.

import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import * as openid from "openid-client";
import { App } from "../app.mjs";
import { somebody } from "../demo.mjs";
import { begin, message } from "../provider.mjs";
import { Service } from "../service.mjs";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function openidClient({ demo, browser }) {
  describe("openid-client", () => {
    let computer, phone, page, app, person, service;

    before(async () => {
      [computer, phone] = [await browser().computer("en"), await browser().phone("en")];
      page = await computer.newPage();
      person = await somebody(demo());
      app = await App.open(phone, demo().segl, browser().camera);
      await app.activate(person);
      service = await Service.discover(demo());
    });
    after(async () => Promise.all([computer?.close(), phone?.close()]));

    /** A whole sign-in up to the answer. */
    async function signIn(more) {
      const checks = await service.begin(page, more);
      await begin(page, person.userId);
      await app.scan(page);
      await app.approve();
      await app.home();
      return { checks, answer: await service.answer(page) };
    }

    test("finds everything by discovery", () => {
      const metadata = service.config.serverMetadata();
      assert.equal(metadata.issuer, demo().segl);
      for (const endpoint of ["authorization", "token", "userinfo", "introspection", "revocation", "end_session"]) {
        assert.ok(metadata[`${endpoint}_endpoint`]?.startsWith(`${demo().segl}/connect/`), endpoint);
      }
      assert.deepEqual(metadata.code_challenge_methods_supported, ["S256"]);
    });

    test("signs in and is told who it was", async () => {
      const { checks, answer } = await signIn();
      assert.equal(answer.searchParams.get("iss"), demo().segl);
      const tokens = await service.redeem(answer, checks);
      const claims = tokens.claims();
      assert.equal(claims.iss, demo().segl);
      assert.equal(claims.aud, "demo-bench");
      assert.equal(claims.nonce, checks.expectedNonce);
      assert.equal(claims.loa, "https://data.gov.dk/concept/core/nsis/Substantial");
      assert.ok(claims.amr.includes("code_app"), String(claims.amr));
      assert.equal(claims.exp - claims.iat, 300);
      const told = await service.userinfo(tokens);
      assert.equal(told.sub, claims.sub);
      assert.match(told["mitid.uuid"], UUID);
      assert.notEqual(told["mitid.uuid"], claims.sub);
      assert.ok(told["mitid.identity_name"].length > 0);
      assert.match(told["mitid.date_of_birth"], /^\d{4}-\d{2}-\d{2}$/);
      assert.equal(told["dk.cpr"], undefined);
    });

    test("gives one organisation the same name for a person each time", async () => {
      const subjects = [];
      for (const _ of [1, 2]) {
        const { checks, answer } = await signIn();
        subjects.push((await service.redeem(answer, checks)).claims().sub);
      }
      assert.equal(subjects[0], subjects[1]);
    });

    for (const [name, authentication] of [["client_secret_post", openid.ClientSecretPost], ["client_secret_basic", openid.ClientSecretBasic]]) {
      test(`authenticates with ${name}`, async () => {
        const { checks, answer } = await signIn();
        const tokens = await (await Service.discover(demo(), authentication)).redeem(answer, checks);
        assert.equal(tokens.token_type, "bearer");
      });
    }

    test("gets the answer by form_post and in the fragment too", async () => {
      const posted = page.waitForRequest((request) => request.url() === service.redirectUri && request.method() === "POST");
      const { checks } = await signIn({ response_mode: "form_post" });
      const form = new Request(service.redirectUri, {
        method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: (await posted).postData(),
      });
      assert.ok((await openid.authorizationCodeGrant(service.config, form, checks)).access_token);

      const fragment = await signIn({ response_mode: "fragment" });
      const parameters = new URLSearchParams(fragment.answer.hash.slice(1));
      assert.equal(parameters.get("state"), fragment.checks.expectedState);
      assert.ok(parameters.get("code"));
      assert.equal(fragment.answer.search, "");
    });

    test("redeems a code once; a second try takes back what the first gave", async () => {
      const { checks, answer } = await signIn();
      const tokens = await service.redeem(answer, checks);
      assert.ok(await service.userinfo(tokens));
      await assert.rejects(service.redeem(answer, checks), { error: "invalid_grant" });
      await assert.rejects(service.userinfo(tokens), (error) => error.status === 401 || error.cause?.status === 401);
    });

    test("is refused with another PKCE verifier, and the code is gone with it", async () => {
      const { checks, answer } = await signIn();
      const other = { ...checks, pkceCodeVerifier: openid.randomPKCECodeVerifier() };
      await assert.rejects(service.redeem(answer, other), { error: "invalid_grant" });
    });

    test("is refused with a wrong secret", async () => {
      const { checks, answer } = await signIn();
      const impostor = await Service.discover(demo(), () => openid.ClientSecretBasic("not the secret"));
      await assert.rejects(impostor.redeem(answer, checks), (error) => error.error === "invalid_client" || error.cause?.status === 401 || error.status === 401);
      assert.ok((await service.redeem(answer, checks)).access_token, "the code is still its own");
    });

    test("takes back an access token, and introspection knows", async () => {
      const { checks, answer } = await signIn();
      const tokens = await service.redeem(answer, checks);
      assert.equal((await openid.tokenIntrospection(service.config, tokens.access_token)).active, true);
      await openid.tokenRevocation(service.config, tokens.access_token);
      assert.equal((await openid.tokenIntrospection(service.config, tokens.access_token)).active, false);
    });

    test("an unknown client and a wrong address end on our own page", async () => {
      const { address } = await service.request();
      for (const [parameter, value, code] of [
        ["client_id", "nobody", "client_unknown"],
        ["redirect_uri", "https://elsewhere.example/callback", "redirect_uri"],
        ["redirect_uri", `${service.redirectUri}/more`, "redirect_uri"],
      ]) {
        const wrong = new URL(address);
        wrong.searchParams.set(parameter, value);
        const answer = await page.goto(wrong.href);
        assert.equal(answer.status(), 400);
        await message(page, code);
        assert.equal(new URL(page.url()).origin, demo().segl);
        const links = await page.locator("main a").evaluateAll((all) => all.map((one) => one.href));
        assert.ok(links.every((link) => link.startsWith(demo().segl)), `nothing leads to an unverified address: ${links}`);
      }
    });

    test("hears of its own mistakes at its own address", async () => {
      await service.begin(page, { scope: "openid nothing_such" });
      const answer = await service.answer(page);
      assert.equal(answer.searchParams.get("error"), "invalid_scope");
      assert.ok(answer.searchParams.get("state"));
    });
  });
}
