/** The camera: its picture, and the QR codes in it, read by the browser's own detector where it has one, otherwise the decoder that we bring. */

import decodeQR from "qr/decode.js";
import { encodeBase64url } from "../crypto/base64url.ts";

type Reader = (frame: CanvasImageSource, width: number, height: number) => Promise<string | undefined>;

interface Detector { detect(source: CanvasImageSource): Promise<readonly { readonly rawValue: string }[]> }
interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<string[]>;
}

const LONGEST_SIDE = 800;
const PAUSE_MS = 80;

async function nativeReader(): Promise<Reader | undefined> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorClass };
  if (BarcodeDetector === undefined || !(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return undefined;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return async (frame) => (await detector.detect(frame))[0]?.rawValue;
}

function ownReader(): Reader {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return async (frame, width, height) => {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context?.drawImage(frame, 0, 0, canvas.width, canvas.height);
    const image = context?.getImageData(0, 0, canvas.width, canvas.height);
    try {
      return image && decodeQR(image);
    } catch {
      return undefined; // no code in this picture
    }
  };
}

export interface Camera { stop(): void }

/** Shows the camera's picture. Rejects with the browser's DOMException when there is no camera to use. */
export async function openCamera(video: HTMLVideoElement, facing: "user" | "environment"): Promise<Camera> {
  if (navigator.mediaDevices === undefined) throw new DOMException("no camera interface", "NotFoundError");
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: { ideal: facing }, width: { ideal: 1280 }, height: { ideal: 720 } },
  });
  const stop = (): void => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  try {
    video.srcObject = stream;
    await video.play();
  } catch (error) {
    stop();
    throw error;
  }
  return { stop };
}

/** What kept the camera from starting. */
export function cameraFault(error: unknown): "denied" | "noCamera" | "failed" {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "noCamera";
  return "failed";
}

const PICTURE_SIDE = 960;
const PICTURE_QUALITY = 0.9;

/** What the camera shows now, as JPEG in base64url; never mirrored, whatever the preview is. */
export async function takeJpeg(video: HTMLVideoElement): Promise<string> {
  const scale = Math.min(1, PICTURE_SIDE / Math.max(video.videoWidth, video.videoHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  const jpeg = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", PICTURE_QUALITY));
  if (jpeg === null) throw new DOMException("the picture could not be made", "EncodingError");
  return encodeBase64url(new Uint8Array(await jpeg.arrayBuffer()));
}

/** Starts the camera and tells every text it reads. Rejects as `openCamera` does. */
export async function startCamera(video: HTMLVideoElement, onText: (text: string) => void): Promise<Camera> {
  const camera = await openCamera(video, "environment");
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    camera.stop();
  };
  const own = ownReader();
  let read = (await nativeReader().catch(() => undefined)) ?? own;
  const loop = async (): Promise<void> => {
    while (!stopped) {
      if (video.videoWidth > 0) {
        try {
          const text = await read(video, video.videoWidth, video.videoHeight);
          if (text !== undefined && !stopped) onText(text);
        } catch {
          read = own; // a detector that gives up is not asked again
        }
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  void loop();
  return { stop };
}
