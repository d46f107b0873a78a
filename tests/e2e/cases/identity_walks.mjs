// From nothing to signed in at the demo bank: passport at home, a helper with a second browser, a P code, and a browser that is closed half-way.

import { strict as assert } from "node:assert";
import { after, afterEach, before, describe, test } from "node:test";
import { App, PIN } from "../app.mjs";
import { loggedOn, logOn } from "../bank.mjs";
import { Desk } from "../desk.mjs";
import { chooseUserId, chooseWay, demoChip, face, giveNumber, readPassport, takePictures } from "../identity.mjs";
import { look } from "../look.mjs";
import { begin } from "../provider.mjs";
import { Received } from "../received.mjs";

export function identityWalks({ demo, browser }) {
  describe("getting an identity", () => {
    let desk;
    let contexts = [];
    before(async () => {
      desk = await Desk.signIn(demo(), browser());
    });
    afterEach(async () => {
      await Promise.all(contexts.map((context) => context.close()));
      contexts = [];
    });

    async function phone(language, fragment = "") {
      const context = await browser().phone(language);
      contexts.push(context);
      return App.open(context, demo().segl, browser().camera, fragment);
    }

    /** From the document's screen to pictures that wait for an official. */
    async function prove(app, chip, screen) {
      await face(browser().camera, app.page, demo(), chip);
      await readPassport(app, chip);
      if (screen !== undefined) await screen();
      const steps = await takePictures(app);
      assert.ok(steps.includes("straight") && new Set(steps).size === steps.length, steps.join());
    }

    /** Logs on at the bank with the new app, and gives what the bank shows. */
    async function logOnAtBank(app, language, userId) {
      const computer = await browser().computer(language);
      contexts.push(computer);
      const page = await computer.newPage();
      await logOn(page, demo().bank);
      await begin(page, userId);
      await app.scan(page);
      await app.approve();
      return loggedOn(page, demo().bank);
    }

    test("passport at home, from nothing to signed in at the bank (R-DOC-6)", async () => {
      const chip = await demoChip(demo(), "freja");
      const app = await phone("da");
      await chooseWay(app, "home");
      await prove(app, chip, async () => {
        await app.screen("read");
        assert.equal(await app.by("name").innerText(), chip.name);
        await app.page.waitForFunction(() => document.querySelector('[data-testid="portrait"]').naturalWidth > 0);
        await app.by("yes").click();
      });
      await app.screen("official");
      await desk.compareFaces("same");
      await giveNumber(app, "010101-0101");
      await app.by("error-number").waitFor();
      await giveNumber(app, chip.number);
      await chooseUserId(app, { userId: "freja.nygaard", phone: "20 12 34 56" });
      await app.choosePin(PIN);
      assert.equal(await app.by("me").getAttribute("data-user-id"), "freja.nygaard");
      assert.ok((await logOnAtBank(app, "da", "freja.nygaard")).includes(chip.name));
    });

    test("a helper, with the other person's own browser; the helper's device hears nothing personal (R-HLP-1)", async () => {
      const chip = await demoChip(demo(), "gerda");
      const helper = await phone("en");
      const received = new Received(helper.page, demo().segl);
      await chooseWay(helper, "helper");
      await prove(helper, chip);
      await helper.screen("hand-over");
      await helper.by("show-code").click();
      await helper.screen("hand-over-code");
      const code = await helper.by("code").innerText();
      const link = await helper.page.locator("[data-qr-text]").getAttribute("data-qr-text");
      assert.match(code, /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
      received.handedOver();

      const own = await phone("en", new URL(link).hash);
      await own.screen("arrived");
      assert.equal(new URL(own.page.url()).hash, "", "the link is used once and kept nowhere");
      await own.by("alone").click();
      await own.screen("official");
      await desk.compareFaces("same");
      await giveNumber(own, chip.number);
      await chooseUserId(own, { userId: "gerda.lund", phone: "21 12 34 56" });
      await own.choosePin(PIN);
      assert.ok((await logOnAtBank(own, "en", "gerda.lund")).includes(chip.name));

      const again = await phone("en");
      await chooseWay(again, "code");
      await again.by("continuation-code").fill(code);
      await again.by("submit").click();
      await again.by("error-continuation-code").waitFor();

      await helper.page.reload();
      await helper.screen("welcome"); // nothing is left to go on with
      const { before: all, after: late } = await received.everything();
      const names = chip.name.split(" ");
      for (const secret of [...names, chip.number, chip.number.replace("-", ""), "gerda.lund", PIN, "21123456"]) {
        assert.ok(!all.includes(secret) && !late.includes(secret), `the helper's device was told ${secret}`);
      }
      assert.doesNotMatch(all, /data:image|"birth_date"|"user_id":"/);
      assert.doesNotMatch(late, /\/enrol\/|Segl-Enrolment/, "after the hand-over the helper's device asks for nothing any more");
    });

    test("no CPR number, but a P code and a foreign telephone (R-PER-4, R-PER-5)", async () => {
      const chip = await demoChip(demo(), "marta");
      const app = await phone("en");
      await chooseWay(app, "home");
      await prove(app, chip, async () => {
        await app.screen("read");
        await app.by("yes").click();
      });
      await app.screen("official");
      await desk.compareFaces("same");
      const front = await (await phone("en")).page.context().newPage();
      await front.goto(`${demo().segl}/`);
      const pCode = (await front.locator("li#marta").innerText()).match(/\b\d{4}[ -]?\d{4}\b/)?.[0];
      assert.ok(pCode, "the front page shows her P code");
      await giveNumber(app, pCode.replace(/./, (first) => String((Number(first) + 1) % 10)));
      await app.by("error-number").waitFor();
      await giveNumber(app, pCode);
      await chooseUserId(app, { userId: "marta.nowak", phone: "601 234 567", country: "PL", email: "" });
      await app.by("error-email").waitFor(); // nobody has an address for her (R-REC-3)
      await app.by("email").fill("marta@example.org");
      await app.by("submit").click();
      await app.choosePin(PIN);
      assert.ok((await logOnAtBank(app, "en", "marta.nowak")).includes(chip.name));
    });

    test("closing the browser half-way, and going on where it was left (R-ENR-1)", async () => {
      const chip = await demoChip(demo(), "emil");
      const folder = browser().folder();
      const first = await browser().lasting(folder, "da");
      let app = await App.open(first, demo().segl, browser().camera);
      await chooseWay(app, "home");
      await prove(app, chip, async () => {
        await app.screen("read");
        await app.by("yes").click();
      });
      await app.screen("official");
      await first.close();
      await desk.compareFaces("same");

      for (const screen of ["number", "user-id", "choose-pin"]) {
        const next = await browser().lasting(folder, "da");
        contexts.push(next);
        app = await App.open(next, demo().segl, browser().camera);
        await app.screen("resume");
        await app.by("go-on").click();
        await app.screen(screen);
        if (screen === "number") await giveNumber(app, chip.number);
        if (screen === "user-id") await chooseUserId(app, { userId: "emil.bro", phone: "22 12 34 56" });
        if (screen === "choose-pin") await app.choosePin(PIN);
        else await app.page.locator('section[data-screen="user-id"], section[data-screen="choose-pin"]').first().waitFor();
        if (screen !== "choose-pin") await next.close();
      }
      assert.equal(await app.by("me").getAttribute("data-user-id"), "emil.bro");
      await app.page.reload();
      await app.screen("home"); // there is nothing more to go on with
    });
  });
}

/** axe-core on the screens that come after the face, in both languages, narrow and wide. */
export function identityProvedScreens({ demo, browser }) {
  for (const language of ["da", "en"]) {
    describe(`an identity that is all but there, looked at closely (${language})`, () => {
      let phone, app, chip, desk, faults;
      before(async () => {
        phone = await browser().computer(language);
        chip = await demoChip(demo(), "jens");
        desk = await Desk.signIn(demo(), browser());
        app = await App.open(phone, demo().segl, browser().camera);
        await face(browser().camera, app.page, demo(), chip);
      });
      after(() => phone?.close());
      const seen = async (name) => faults.push(...(await look(app.page, `identity-${name}`)));

      test("from the face to the user ID", async () => {
        faults = [];
        await chooseWay(app, "home");
        await readPassport(app, chip);
        await app.by("yes").click();
        await app.by("start-camera").click();
        await app.by("take").waitFor();
        await seen("face-steps");
        await app.by("back").click();
        await takePictures(app);
        await app.screen("official");
        await seen("official");
        await desk.compareFaces("cannot_tell", "pictures_poor");
        await app.screen("face-again");
        await seen("face-again");
        await app.by("again").click();
        await takePictures(app);
        await app.screen("official");
        await desk.compareFaces("same");
        await giveNumber(app, "010101-0101");
        await app.by("error-number").waitFor();
        await app.page.locator("summary").click();
        await seen("number");
        await giveNumber(app, chip.number);
        await app.screen("user-id");
        await app.by("user-id").fill("jens");
        await app.by("submit").click();
        await app.by("error-user-id").waitFor();
        await seen("user-id-errors");
        await app.by("user-id").fill("anne.vester");
        await app.page.locator('[data-testid="user-id-state"][data-state="wrong"]').waitFor();
        await app.by("user-id").fill("jens åge");
        await app.page.locator('[data-testid="user-id-state"][data-state="free"]').waitFor();
        await seen("user-id-free");
        assert.deepEqual(faults, []);
      });

      test("helping, and going on with the code", async () => {
        faults = [];
        await app.page.reload();
        await app.by("give-up").click();
        await chooseWay(app, "helper");
        await readPassport(app, chip);
        await takePictures(app);
        await app.screen("hand-over");
        await seen("hand-over");
        await app.by("show-code").click();
        await app.screen("hand-over-code");
        await seen("hand-over-code");
        const code = await app.by("code").innerText();
        await app.by("done").click();
        await chooseWay(app, "code");
        await app.by("continuation-code").fill(code.toLowerCase());
        await app.by("submit").click();
        await app.screen("arrived");
        await seen("arrived");
        await desk.compareFaces("not_same", "features_differ");
        await app.by("alone").click();
        await app.screen("refused");
        assert.equal(await app.by("refusal").getAttribute("data-code"), "face_refused");
        await seen("refused-face");
        assert.deepEqual(faults, []);
      });
    });
  }
}
