/** Draws a QR code. */

import { encodeQR } from "qr";

const QUIET_ZONE = 4; // modules, ISO/IEC 18004 section 5.3.8

/** Draws crisp modules: each is a whole number of the screen's own pixels wide. `width` is what there is room for. */
export function drawQr(canvas: HTMLCanvasElement, text: string, width: number): void {
  const modules = encodeQR(text, "raw", { ecc: "medium", border: QUIET_ZONE });
  const size = modules.length;
  const ratio = window.devicePixelRatio || 1;
  const scale = Math.max(1, Math.floor((width * ratio) / size));
  canvas.width = canvas.height = size * scale;
  canvas.style.width = canvas.style.height = `${(size * scale) / ratio}px`;
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#000";
  modules.forEach((row, y) => row.forEach((dark, x) => {
    if (dark) context.fillRect(x * scale, y * scale, scale, scale);
  }));
}

/** A code that stays as it is. `data-qr-text` is what it says, for tests. */
export function qrPicture(text: string, label: string): HTMLElement {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  drawQr(canvas, text, Math.min(288, window.innerWidth - 90));
  const place = document.createElement("div");
  place.className = "segl-qr";
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", label);
  place.dataset["qrText"] = text;
  place.append(canvas);
  return place;
}
