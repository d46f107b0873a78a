// Every screen on the way to an identity, in both languages, narrow and wide: axe-core finds nothing serious, nothing scrolls sideways.

import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { App } from "../app.mjs";
import { chooseWay, demoChip, hold } from "../identity.mjs";
import { look } from "../look.mjs";

export function identityScreens({ demo, browser }) {
  for (const language of ["da", "en"]) {
    describe(`the way to an identity, looked at closely (${language})`, () => {
      let phone, app, chip, faults;
      before(async () => {
        phone = await browser().computer(language);
        chip = await demoChip(demo(), "jens");
      });
      after(() => phone?.close());

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

      test("the face, before the camera starts, and coming back", async () => {
        faults = [];
        await app.by("yes").click();
        await app.screen("face");
        await seen("face");
        await app.page.reload();
        await app.screen("resume");
        await seen("resume");
        await app.by("give-up").click();
        await app.screen("welcome");
        await seen("welcome");
        await chooseWay(app, "helper");
        await app.screen("document");
        await app.by("demo-chip").selectOption(chip.persona);
        await seen("document-helper");
        await app.by("submit").click();
        await hold(app, chip);
        await app.screen("face");
        await seen("face-helper");
        good();
      });

      test("going on with a code", async () => {
        faults = [];
        await app.page.reload();
        await app.by("later").click();
        await chooseWay(app, "code");
        await seen("continue");
        await app.by("continuation-code").fill("7KD2-MX9R-A4TV");
        await app.by("submit").click();
        await app.by("error-continuation-code").waitFor();
        await seen("continue-refused");
        await app.by("scan").click();
        await app.screen("scan-to-continue");
        await seen("scan-to-continue");
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
