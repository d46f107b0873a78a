/**
 * The readers that this app may have. A browser alone has none: Web NFC reads NDEF messages and cannot send APDUs. A phone's shell around
 * this page brings one as `window.seglNfc` (web/README.md, "A phone's chip reader"); the demo has virtual passports.
 */

import { ChipLost, type Chip, type ChipReader, type Connect } from "./chip_relay.ts";
import type { Http } from "./http.ts";
import { Problem } from "./problem.ts";

/** What a phone's shell provides. */
export interface PhoneNfc {
  /** Waits for a chip that speaks ISO 14443-4, and resets it. Rejects when `signal` aborts. */
  connect(options: { signal: AbortSignal }): Promise<PhoneChip>;
}

export interface PhoneChip {
  readonly longestAnswer?: number;
  readonly extendedLength?: boolean;
  /** One command APDU in, the answer with its status word out, unchanged. Rejects when the chip has left the field. */
  transceive(command: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

/** One of the demo's virtual passports. */
export interface DemoChip {
  readonly persona: string;
  readonly name: string;
  readonly document: string;
  /** What trying this person shows. */
  readonly shows: string;
  /** Dates are `YYMMDD`. */
  readonly mrz: { readonly document_number: string; readonly birth_date: string; readonly expiry_date: string };
  readonly zone: string;
  readonly can: string | null;
  /** The CPR number of who is in the register. */
  readonly number: string | null;
}

export function phoneReader(nfc: PhoneNfc | undefined = (globalThis as { seglNfc?: PhoneNfc }).seglNfc): ChipReader | undefined {
  if (nfc === undefined) return undefined;
  return {
    async connect(signal) {
      const chip = await nfc.connect({ signal });
      return {
        ...(chip.longestAnswer === undefined ? {} : { longestAnswer: chip.longestAnswer }),
        ...(chip.extendedLength === undefined ? {} : { extendedLength: chip.extendedLength }),
        async transceive(command) {
          try {
            return new Uint8Array(await chip.transceive(command));
          } catch (cause) {
            throw new ChipLost("the chip left the field", { cause });
          }
        },
        close: () => chip.close(),
      };
    },
  };
}

/** The virtual passports that the server offers; none where it is not a demo. */
export async function demoChips(http: Http): Promise<readonly DemoChip[]> {
  try {
    return (await http.send<{ chips: readonly DemoChip[] }>("GET", "/demo/chips")).chips;
  } catch (error) {
    if (error instanceof Problem) return [];
    throw error;
  }
}

/** A virtual passport as a reader finds it: joining it is laying it on the phone. */
export function demoReader(url: string, connect: Connect = (address, protocols) => new WebSocket(address, protocols)): ChipReader {
  return {
    connect: (signal) => new Promise((resolve, reject) => {
      const socket = connect(url, []);
      socket.binaryType = "arraybuffer";
      const stop = (): void => {
        socket.close();
        reject(signal.reason as Error);
      };
      signal.addEventListener("abort", stop);
      socket.onclose = () => reject(new ChipLost("no virtual passport answers"));
      socket.onopen = () => {
        signal.removeEventListener("abort", stop);
        resolve(socketChip(socket));
      };
      if (signal.aborted) stop();
    }),
  };
}

function socketChip(socket: WebSocket): Chip {
  return {
    transceive: (command) => new Promise((resolve, reject) => {
      const gone = (): void => reject(new ChipLost("the virtual passport is gone"));
      if (socket.readyState !== 1) return gone();
      socket.onclose = gone;
      socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => resolve(new Uint8Array(data));
      socket.send(command);
    }),
    close: () => socket.close(),
  };
}
