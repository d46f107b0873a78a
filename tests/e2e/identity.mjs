// The way to an identity in the app, by what web/README.md promises to tests.

import { strict as assert } from "node:assert";

/** The demo's virtual passports: persona, MRZ, the number that belongs to it. */
export async function demoChip(demo, persona) {
  const { chips } = await (await fetch(`${demo.segl}/demo/chips`)).json();
  const chip = chips.find((one) => one.persona === persona);
  assert.ok(chip, `the demo has ${persona}: ${chips.map((one) => one.persona)}`);
  return chip;
}

/** From the app's first screen to the document's. */
export async function chooseWay(app, way) {
  await app.page.locator('section[data-screen="welcome"], section[data-screen="home"]').waitFor();
  await app.by("identity").click();
  await app.screen("ways");
  await app.by(`way-${way}`).click();
}

/** Types what opens the chip, by hand, and lays the passport on the phone. */
export async function readPassport(app, chip) {
  await app.screen("document");
  await app.by("demo-chip").waitFor();
  const asWritten = (date) => [date.slice(4), date.slice(2, 4), date.slice(0, 2)].join(".");
  await app.by("document-number").fill(chip.mrz.document_number.toLowerCase());
  await app.by("birth-date").fill(asWritten(chip.mrz.birth_date));
  await app.by("expiry-date").fill(asWritten(chip.mrz.expiry_date));
  await app.by("submit").click();
  await hold(app, chip);
}

export async function hold(app, chip) {
  await app.screen("hold");
  await app.by("held-chip").selectOption(chip.persona);
  await app.by("hold").click();
}

const SIDES = [["straight", 0, 1], ["left", -60, 1], ["right", 60, 1], ["near", 0, 1.2]];

/** Puts the face of a persona before the camera: four pictures of it, a second each, none like another. */
export async function face(camera, page, demo, chip) {
  const address = new URL(chip.portrait, demo.segl).href;
  const bytes = Buffer.from(await (await fetch(address)).arrayBuffer());
  const pictures = await page.evaluate(async ({ jpeg, sides }) => {
    const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(jpeg), (one) => one.charCodeAt(0))], { type: "image/jpeg" }));
    return sides.map(([, shift, scale]) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [640, 480];
      const context = canvas.getContext("2d");
      context.fillStyle = "#b8c4c8";
      context.fillRect(0, 0, 640, 480);
      const height = 460 * scale;
      const width = (picture.width / picture.height) * height;
      context.drawImage(picture, 320 + shift - width / 2, 240 - height / 2, width, height);
      return canvas.toDataURL("image/png").split(",")[1];
    });
  }, { jpeg: bytes.toString("base64"), sides: SIDES });
  camera.show(pictures.map((png) => Buffer.from(png, "base64")));
}

const TRIES = 5;

/**
 * Takes a picture for each step that the server asks for, again where two of them came out alike: the film goes on by itself. Returns the
 * steps in their order.
 */
export async function takePictures(app) {
  for (let tries = 1; ; tries += 1) {
    const steps = await takeSteps(app);
    const again = app.page.locator('section[data-screen="face-again"]');
    await again.or(app.page.locator('section[data-screen]:not([data-screen^="face"])')).first().waitFor();
    if (!(await again.isVisible())) return steps;
    if (tries === TRIES) throw new Error(`the pictures are refused: ${await app.by("why").getAttribute("data-why")}`);
    await app.by("again").click();
  }
}

async function takeSteps(app) {
  await app.screen("face");
  await app.by("start-camera").click();
  await app.screen("face-steps");
  await app.by("take").waitFor();
  const steps = [];
  const of = Number((await app.by("step-count").innerText()).match(/\d+/g).at(-1));
  while (steps.length < of) {
    const next = app.page.locator(`[data-testid="step"][data-step]:not([data-step="${steps.at(-1)}"])`);
    steps.push(await next.getAttribute("data-step"));
    await app.page.waitForTimeout(1_100); // the film shows another picture by then
    await app.by("take").click();
  }
  return steps;
}

export async function giveNumber(app, number) {
  await app.screen("number");
  await app.by("number").fill(number);
  await app.by("submit").click();
}

export async function chooseUserId(app, { userId, phone, country = "DK", email = "" }) {
  await app.screen("user-id");
  await app.by("user-id").fill(userId);
  await app.page.locator('[data-testid="user-id-state"][data-state="free"]').waitFor();
  await app.by("country").selectOption(country);
  await app.by("phone").fill(phone);
  await app.by("email").fill(email);
  await app.by("submit").click();
}
