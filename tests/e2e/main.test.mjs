// One demo and one Chromium for everything; each group of tests makes its own people and browsers.

import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { Browser } from "./browser.mjs";
import { accessibility } from "./cases/accessibility.mjs";
import { identityReading } from "./cases/identity_reading.mjs";
import { identityScreens } from "./cases/identity_screens.mjs";
import { appointments } from "./cases/appointments.mjs";
import { identityProvedScreens, identityWalks } from "./cases/identity_walks.mjs";
import { desk } from "./cases/desk.mjs";
import { keyboard } from "./cases/keyboard.mjs";
import { openidClient } from "./cases/openid_client.mjs";
import { refusals } from "./cases/refusals.mjs";
import { walkthrough } from "./cases/walkthrough.mjs";
import { startDemo } from "./demo.mjs";

let demo, browser;
const world = { demo: () => demo, browser: () => browser };

before(async () => {
  demo = await startDemo();
  browser = await Browser.launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

walkthrough(world);
refusals(world);
openidClient(world);
identityReading(world);
identityScreens(world);
identityWalks(world);
identityProvedScreens(world);
keyboard(world);
accessibility(world);
appointments(world);
desk(world);

test("no page complained: no script failed, and the security policy stopped nothing", () => {
  assert.deepEqual(browser.complaints, []);
});
