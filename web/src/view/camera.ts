/** Reads QR codes from the camera: the browser's own detector where it has one, otherwise the decoder that we bring. */

import decodeQR from "qr/decode.js";

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

/** Starts the camera and tells every text it reads. Rejects with the browser's DOMException when there is no camera to use. */
export async function startCamera(video: HTMLVideoElement, onText: (text: string) => void): Promise<Camera> {
  if (navigator.mediaDevices === undefined) throw new DOMException("no camera interface", "NotFoundError");
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
  });
  let stopped = false;
  const stop = (): void => {
    stopped = true;
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
