// What the phone's camera sees: Chromium plays a file as its camera, and reads that file anew each time the camera starts.

import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PNG } from "pngjs";

const WIDTH = 640;
const HEIGHT = 480;
const FRAMES_PER_SECOND = 4;

/** A frame (BT.601), the picture in its middle on grey. */
function frame(png) {
  const { width, height, data } = PNG.sync.read(png);
  if (width > WIDTH || height > HEIGHT) throw new Error(`a picture of ${width}x${height} is larger than the camera's`);
  const luma = Buffer.alloc(WIDTH * HEIGHT, 128);
  const [blue, red] = [Buffer.alloc((WIDTH * HEIGHT) / 4, 128), Buffer.alloc((WIDTH * HEIGHT) / 4, 128)];
  const [left, top] = [(WIDTH - width) >> 1, (HEIGHT - height) >> 1];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      const [r, g, b] = [data[at] / 255, data[at + 1] / 255, data[at + 2] / 255];
      const [column, row] = [left + x, top + y];
      luma[row * WIDTH + column] = 16 + 65.481 * r + 128.553 * g + 24.966 * b;
      const colour = (row >> 1) * (WIDTH / 2) + (column >> 1); // one for four points (4:2:0): the last of them decides
      blue[colour] = 128 - 37.797 * r - 74.203 * g + 112 * b;
      red[colour] = 128 + 112 * r - 93.786 * g - 18.214 * b;
    }
  }
  return Buffer.concat([Buffer.from("FRAME\n"), luma, blue, red]);
}

/** YUV4MPEG2, each picture for a second, over and over. */
function film(pictures) {
  const frames = pictures.flatMap((png) => Array(FRAMES_PER_SECOND).fill(frame(png)));
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FRAMES_PER_SECOND}:1 Ip A1:1 C420jpeg\n`), ...frames]);
}

export class Camera {
  #folder = mkdtempSync(join(tmpdir(), "segl-camera-"));
  file = join(this.#folder, "camera.y4m");

  constructor() {
    this.show([PNG.sync.write(new PNG({ width: 8, height: 8, fill: true }))]);
  }

  /** What is seen from the next start of the camera on: PNG pictures. */
  show(pictures) {
    const next = `${this.file}.next`;
    writeFileSync(next, film(pictures));
    renameSync(next, this.file);
  }

  /** Points the camera at a waiting page: two pictures of its code, from two consecutive seconds. */
  async lookAt(page) {
    this.show([await picture(page), await picture(page)]);
  }

  close() {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The code as drawn after its next change. */
async function picture(page) {
  const code = page.locator("[data-qr]");
  const before = await code.getAttribute("data-qr-text");
  try {
    await page.locator(`[data-qr][data-qr-text]:not([data-qr-text="${before}"])`).waitFor();
  } catch (error) {
    throw new Error(`the code does not change on ${page.url()}: ${await page.locator("main").innerText()}`, { cause: error });
  }
  return code.locator("canvas").screenshot();
}
