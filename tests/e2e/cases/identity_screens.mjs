// Every screen on the way to an identity, in both languages, narrow and wide: axe-core finds nothing serious, nothing scrolls sideways.

import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { App } from "../app.mjs";
import { Desk } from "../desk.mjs";
import { chooseWay, demoChip, face, giveNumber, hold, takePictures } from "../identity.mjs";
import { look } from "../look.mjs";

export function identityScreens({ demo, browser }) {
  for (const language of ["da", "en"]) {
    describe(`the way to an identity, looked at closely (${language})`, () => {
      let phone, app, chip, desk, faults;
      before(async () => {
        phone = await browser().computer(language);
        chip = await demoChip(demo(), "jens");
        desk = await Desk.signIn(demo(), browser());
      });
      after(async () => Promise.all([phone?.close(), desk?.close()]));

      const seen = async (name) => faults.push(...(await look(app.page, `identity-${name}`)));
      const open = async (fragment = "") => {
        faults = [];
        app ??= await App.open(phone, demo().segl, browser().camera);
        await app.page.goto("about:blank");
        await app.page.goto(`${demo().segl}/app/${fragment}`);
      };
      const good = () => assert.deepEqual(faults, []);

      test("from the ways to a document that is read", async () => {
        await open();
        await chooseWay(app, "home");
        await app.screen("document");
        await app.by("demo-chip").waitFor();
        await app.by("submit").click();
        await app.by("error-document-number").waitFor();
        await seen("document-errors");
        for (const by of ["zone", "can"]) {
          await app.by(`by-${by}`).check();
          await seen(`document-${by}`);
        }
        await app.by("back").click();
        await app.screen("ways");
        await seen("ways");
        await app.by("way-home").click();
        await app.screen("document");
        await app.by("demo-chip").selectOption(chip.persona);
        await app.by("demo-shows").waitFor();
        await seen("document");
        await app.by("submit").click();
        await app.screen("hold");
        await seen("hold");
        await hold(app, chip);
        await app.screen("read");
        await seen("read");
        good();
      });

      test("from the face to the user ID", async () => {
        await face(browser().camera, app.page, demo(), chip);
        faults = [];
        await app.by("yes").click();
        await app.screen("face");
        await seen("face");
        await app.by("start-camera").click();
        await app.by("take").waitFor();
        await seen("face-steps");
        await app.by("back").click();
        await takePictures(app);
        await app.screen("official");
        await seen("official");
        await app.page.reload();
        await app.screen("resume");
        await seen("resume");
        await app.by("go-on").click();
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
        await seen("user-id");
        await app.by("user-id").fill("jens åge");
        await app.page.locator('[data-testid="user-id-state"][data-state="free"]').waitFor();
        await seen("user-id-free");
        good();
      });

      test("helping, and going on with a code", async () => {
        await app.page.reload();
        await app.screen("resume");
        await app.by("give-up").click();
        await app.screen("welcome");
        faults = [];
        await chooseWay(app, "helper");
        await app.screen("document");
        await app.by("demo-chip").selectOption(chip.persona);
        await seen("document-helper");
        await app.by("submit").click();
        await hold(app, chip);
        await app.screen("face");
        await seen("face-helper");
        await takePictures(app);
        await app.screen("hand-over");
        await seen("hand-over");
        await app.by("show-code").click();
        await app.screen("hand-over-code");
        await seen("hand-over-code");
        const code = await app.by("code").innerText();
        await app.by("done").click();
        await chooseWay(app, "code");
        await app.by("continuation-code").fill("7KD2-MX9R-A4TV");
        await app.by("submit").click();
        await app.by("error-continuation-code").waitFor();
        await seen("continue-refused");
        await app.by("scan").click();
        await app.screen("scan-to-continue");
        await seen("scan-to-continue");
        await app.by("back").click();
        await app.by("continuation-code").fill(code.toLowerCase());
        await app.by("submit").click();
        await app.screen("arrived");
        await seen("arrived");
        good();
      });

      test("where no chip can be read, and where the time is up", async () => {
        faults = [];
        await app.page.route("**/demo/chips", (route) => route.fulfill({ status: 404, contentType: "application/problem+json", body: '{"code":"not_found"}' }));
        await open("#identity");
        await app.screen("resume");
        await app.by("give-up").click();
        await chooseWay(app, "home");
        await app.by("by-zone").check();
        await app.by("zone").fill(chip.zone);
        await app.by("submit").click();
        await app.screen("no-reader");
        await seen("no-reader");
        await app.page.route("**/enrol/v1/enrolments", (route) => route.fulfill({ status: 401, contentType: "application/problem+json", body: '{"code":"enrolment_unknown"}' }));
        await app.page.reload();
        await app.by("go-on").click();
        await app.screen("over");
        await seen("over");
        await app.page.unrouteAll();
        good();
      });
    });
  }
}
