/**
 * Carries APDUs between a chip and the server (docs/app-protocol.md, "Reading a chip"). What they say is sealed between those two:
 * this device understands none of it, and can forge none of it.
 */

/** The chip left the field in the middle of a command. */
export class ChipLost extends Error {
  override readonly name = "ChipLost";
}

/** A chip in the field, just reset. */
export interface Chip {
  /** Bytes of the longest answer that the way to the chip carries; undefined for any. */
  readonly longestAnswer?: number;
  /** Whether commands of extended length get through; undefined for yes. */
  readonly extendedLength?: boolean;
  /** Sends one command APDU and gives the chip's answer. Throws `ChipLost` when the chip is gone. */
  transceive(command: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
  close(): void;
}

/** Something that finds chips: a phone's NFC, a card reader, the demo's virtual passports. */
export interface ChipReader {
  /** Waits for a chip, as long as it takes. Rejects when `signal` says so, or when the reader cannot be used. */
  connect(signal: AbortSignal): Promise<Chip>;
}

export type RelayNews =
  | { readonly what: "waiting" }
  | { readonly what: "found" }
  | { readonly what: "reading"; readonly file: string; readonly read: number; readonly of: number | null }
  | { readonly what: "lost" };

export type RelayEnd =
  | { readonly end: "done" }
  | { readonly end: "refused"; readonly why: string }
  /** The connection to the server is gone; `token` lets the next relay in, where the server had time to name it. */
  | { readonly end: "torn"; readonly token: string | undefined };

const SUBPROTOCOL = "segl-chip.v1";

/** The little that is needed of a WebSocket, so that a test can play the server. */
export type Connect = (url: string, protocols: string[]) => WebSocket;

export interface Relaying {
  readonly url: string;
  readonly token: string;
  readonly reader: ChipReader;
  readonly signal: AbortSignal;
  readonly onNews: (news: RelayNews) => void;
  readonly connect?: Connect;
}

/** Waits for a chip, then lets the server read it. Throws the signal's reason when it is cancelled. */
export async function relayChip(relaying: Relaying): Promise<RelayEnd> {
  relaying.onNews({ what: "waiting" });
  // The server waits only for a moment, so the chip comes first.
  const chip = await relaying.reader.connect(relaying.signal);
  relaying.onNews({ what: "found" });
  return new Relay(relaying, chip).run();
}

type Told = { token?: unknown; file?: unknown; read?: unknown; of?: unknown; done?: unknown; refused?: unknown };

class Relay {
  readonly #relaying: Relaying;
  readonly #socket: WebSocket;
  #chip: Chip | undefined;
  #next: string | undefined;
  #end: RelayEnd | undefined;

  constructor(relaying: Relaying, chip: Chip) {
    this.#relaying = relaying;
    this.#chip = chip;
    const connect = relaying.connect ?? ((url, protocols) => new WebSocket(url, protocols));
    this.#socket = connect(relaying.url, [SUBPROTOCOL, `token.${relaying.token}`]);
    this.#socket.binaryType = "arraybuffer";
  }

  async run(): Promise<RelayEnd> {
    const { signal } = this.#relaying;
    const stop = (): void => this.#socket.close(1000);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    try {
      await new Promise<void>((resolve, reject) => {
        // One message is dealt with after the other: they take turns.
        let turn = Promise.resolve();
        this.#socket.onopen = () => this.#sayChip();
        this.#socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
          turn = turn.then(() => this.#hear(data)).catch(reject);
        };
        this.#socket.onclose = () => void turn.then(resolve);
      });
    } finally {
      signal.removeEventListener("abort", stop);
      this.#socket.close();
      this.#chip?.close();
    }
    signal.throwIfAborted();
    return this.#end ?? { end: "torn", token: this.#next };
  }

  async #hear(data: string | ArrayBuffer): Promise<void> {
    if (typeof data === "string") this.#listen(JSON.parse(data) as Told);
    else await this.#carry(new Uint8Array(data));
  }

  #listen(told: Told): void {
    if (typeof told.token === "string") this.#next = told.token;
    if (told.done === true) this.#end = { end: "done" };
    if (typeof told.refused === "string") this.#end = { end: "refused", why: told.refused };
    if (typeof told.file === "string" && typeof told.read === "number") {
      this.#relaying.onNews({ what: "reading", file: told.file, read: told.read, of: typeof told.of === "number" ? told.of : null });
    }
  }

  async #carry(command: Uint8Array<ArrayBuffer>): Promise<void> {
    const { reader, signal, onNews } = this.#relaying;
    try {
      const answer = await this.#chip?.transceive(command);
      this.#send(answer ?? JSON.stringify({ lost: true }));
    } catch (error) {
      if (!(error instanceof ChipLost)) throw error;
      this.#chip?.close();
      this.#chip = undefined;
      this.#send(JSON.stringify({ lost: true }));
      onNews({ what: "lost" });
      this.#chip = await reader.connect(signal);
      onNews({ what: "found" });
      this.#sayChip();
    }
  }

  #sayChip(): void {
    const chip = this.#chip;
    if (chip === undefined) return;
    const carries = {
      ...(chip.longestAnswer === undefined ? {} : { longest_answer: chip.longestAnswer }),
      ...(chip.extendedLength === undefined ? {} : { extended_length: chip.extendedLength }),
    };
    this.#send(JSON.stringify({ chip: carries }));
  }

  #send(message: string | Uint8Array<ArrayBuffer>): void {
    if (this.#socket.readyState === 1) this.#socket.send(message);
  }
}
