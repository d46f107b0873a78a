import assert from "node:assert/strict";
import { test } from "node:test";
import decodeQR from "qr/decode.js";
import { encodeQR } from "qr";
import { encodeBase64url } from "../src/crypto/base64url.ts";
import { QrHalves } from "../src/protocol/qr_halves.ts";

function half(signIn: number, second: number): string {
  const bytes = new Uint8Array(32).fill(signIn, 0, 16).fill(0xaa, 18);
  new DataView(bytes.buffer).setUint16(16, second);
  return `SEGL1.${encodeBase64url(bytes)}`;
}

test("R-SIG-4: two consecutive seconds make a pair, older first", () => {
  const halves = new QrHalves();
  assert.deepEqual(halves.add(half(1, 255)), { seen: "half" });
  assert.deepEqual(halves.add(half(1, 255)), { seen: "half" });
  assert.deepEqual(halves.add(half(1, 256)), { seen: "both", qr: [half(1, 255), half(1, 256)] });
});

test("R-SIG-4: a camera that delivers them backwards", () => {
  const halves = new QrHalves();
  halves.add(half(1, 8));
  assert.deepEqual(halves.add(half(1, 7)), { seen: "both", qr: [half(1, 7), half(1, 8)] });
});

test("R-SIG-4: a missed second starts again from the newer one", () => {
  const halves = new QrHalves();
  halves.add(half(1, 3));
  assert.deepEqual(halves.add(half(1, 5)), { seen: "half" });
  assert.deepEqual(halves.add(half(1, 6)), { seen: "both", qr: [half(1, 5), half(1, 6)] });
});

test("R-SIG-4: halves of two sign-ins never pair", () => {
  const halves = new QrHalves();
  halves.add(half(1, 3));
  assert.deepEqual(halves.add(half(2, 4)), { seen: "half" });
  assert.deepEqual(halves.add(half(1, 5)), { seen: "half" });
});

test("other codes are foreign and disturb nothing", () => {
  const halves = new QrHalves();
  halves.add(half(1, 3));
  for (const text of ["https://example.org", "SEGL1.short", `SEGL2.${"A".repeat(43)}`, `${half(1, 4)}A`, `SEGL1.${"+".repeat(43)}`]) {
    assert.deepEqual(halves.add(text), { seen: "foreign" }, text);
  }
  assert.deepEqual(halves.add(half(1, 4)).seen, "both");
});

test("clear forgets the half that was read", () => {
  const halves = new QrHalves();
  halves.add(half(1, 3));
  halves.clear();
  assert.deepEqual(halves.add(half(1, 4)), { seen: "half" });
});

test("what the waiting page draws, the scanner reads", () => {
  const text = half(9, 42);
  const modules = encodeQR(text, "raw", { ecc: "medium", border: 4 });
  const scale = 5;
  const side = modules.length * scale;
  const data = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const shade = modules[Math.floor(y / scale)]?.[Math.floor(x / scale)] ? 20 : 235;
      data.set([shade, shade, shade, 255], (y * side + x) * 4);
    }
  }
  assert.equal(decodeQR({ width: side, height: side, data }), text);
});
