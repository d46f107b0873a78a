// Reading a passport in the app, with the demo's chips and the server's real relay: the way there, what is refused, and what is torn.

import { strict as assert } from "node:assert";
import { afterEach, describe, test } from "node:test";
import { App } from "../app.mjs";
import { chooseWay, demoChip, hold, readPassport } from "../identity.mjs";
import { look } from "../look.mjs";

export function identityReading({ demo, browser }) {
  describe("reading a passport", () => {
    let contexts = [];
    afterEach(async () => {
      await Promise.all(contexts.map((context) => context.close()));
      contexts = [];
    });

    async function phone(language, fragment = "") {
      const context = await browser().phone(language);
      contexts.push(context);
      return App.open(context, demo().segl, browser().camera, fragment);
    }

    test("from the demo's front page to what the chip says", async () => {
      const chip = await demoChip(demo(), "jens");
      const app = await phone("da", "#identity");
      await app.screen("ways");
      assert.equal(new URL(app.page.url()).hash, "");
      await app.by("way-home").click();
      await readPassport(app, chip);
      await app.screen("read");
      assert.equal(chip.name, "Jens Åge Østergård");
      assert.equal(await app.by("name").innerText(), "Jens Aage Oestergaard"); // as the zone spells it (ICAO 9303-3, 6)
      await app.page.waitForFunction(() => document.querySelector('[data-testid="portrait"]').naturalWidth > 0);
    });

    for (const language of ["da", "en"]) {
      test(`twelve years old: refused, with the day from which it can be had (R-AGE-1, ${language})`, async () => {
        const chip = await demoChip(demo(), "luna");
        const app = await phone(language);
        await chooseWay(app, "home");
        await readPassport(app, chip);
        await app.screen("refused");
        assert.equal(await app.by("refusal").getAttribute("data-code"), "too_young");
        assert.match(await app.by("rule").innerText(), /R-AGE-1/);
        assert.match(await app.by("refusal").innerText(), /20\d\d/);
        assert.deepEqual(await look(app.page, "identity-too-young"), []);
      });
    }

    test("a helper is not told from which day a child can have an identity", async () => {
      const chip = await demoChip(demo(), "luna");
      const app = await phone("en");
      await chooseWay(app, "helper");
      await readPassport(app, chip);
      await app.screen("refused");
      assert.doesNotMatch(await app.by("refusal").innerText(), /20\d\d/);
    });

    test("a wrong date in the zone opens no chip; with the whole zone, in one piece, it goes on", async () => {
      const chip = await demoChip(demo(), "freja");
      const app = await phone("en");
      await chooseWay(app, "home");
      await readPassport(app, { ...chip, mrz: { ...chip.mrz, expiry_date: "350101" } });
      await app.by("correct").waitFor();
      assert.deepEqual(await look(app.page, "identity-hold-wrong"), []);
      await app.by("correct").click();
      await app.screen("document");
      await app.by("by-zone").check();
      await app.by("zone").fill(chip.zone.replace("\n", "").replace(/.$/, (last) => String((Number(last) + 1) % 10)));
      await app.by("submit").click();
      await app.by("error-zone").waitFor();
      await app.by("zone").fill(chip.zone.replace("\n", ""));
      await app.by("submit").click();
      await hold(app, chip);
      await app.screen("read");
    });

    test("a relay that is torn half-way goes on where it was", async () => {
      const chip = await demoChip(demo(), "freja");
      const app = await phone("en");
      let relays = 0;
      await app.page.routeWebSocket(/\/enrol\/chip\//, (socket) => {
        relays += 1;
        const first = relays === 1;
        const server = socket.connectToServer();
        let messages = 0;
        socket.onMessage((message) => {
          messages += 1;
          if (!first || messages < 20) return server.send(message);
          server.close();
          socket.close();
        });
      });
      await chooseWay(app, "home");
      await readPassport(app, chip);
      await app.by("alert-warning").waitFor();
      assert.match(await app.by("hold").innerText(), /again/i);
      await app.by("hold").click();
      await app.screen("read");
      assert.equal(relays, 2);
    });

    test("closing the browser and opening it again: it goes on where it was left, until it is given up (R-ENR-1)", async () => {
      const chip = await demoChip(demo(), "emil");
      const folder = browser().folder();
      const first = await browser().lasting(folder, "da");
      const app = await App.open(first, demo().segl, browser().camera);
      await chooseWay(app, "home");
      await readPassport(app, chip);
      await app.screen("read");
      await first.close();

      const second = await browser().lasting(folder, "da");
      contexts.push(second);
      const again = await App.open(second, demo().segl, browser().camera);
      await again.screen("resume");
      await again.by("go-on").click();
      await again.screen("read");
      assert.equal(await again.by("name").innerText(), chip.name);
      await again.page.reload();
      await again.screen("resume");
      await again.by("give-up").click();
      await again.screen("welcome");
      await again.page.reload();
      await again.screen("welcome");
    });

    test("a code that nobody gave lets nobody go on (R-HLP-1)", async () => {
      const app = await phone("en");
      await chooseWay(app, "code");
      await app.by("continuation-code").fill("7kd2 mx9r a4tv");
      await app.by("submit").click();
      await app.by("error-continuation-code").waitFor();
      const other = await phone("da", "#continue=bm9uc2Vuc2U");
      await other.screen("continuing");
      await other.by("alert-error").waitFor();
    });
  });
}
