/** Server-sent events over fetch: the browser's own EventSource cannot say who asks. */

export interface ServerEvent { readonly event: string; readonly data: string }

/** Takes the stream apart as the HTML standard does (section 9.2.6), without `id` and `retry`, which the server does not send. */
export class EventReader {
  #rest = "";
  #event = "";
  #data: string[] = [];

  /** Adds a piece of the stream; gives the events that are complete with it. */
  add(piece: string): ServerEvent[] {
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): ServerEvent[] {
    if (line === "") {
      const whole = { event: this.#event === "" ? "message" : this.#event, data: this.#data.join("\n") };
      const any = this.#data.length > 0;
      this.#event = "";
      this.#data = [];
      return any ? [whole] : [];
    }
    const [, name, value = ""] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    if (name === "event") this.#event = value;
    if (name === "data") this.#data.push(value);
    return [];
  }
}

/** The events of a stream, one after the other, until it ends. */
export async function* eventsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  const events = new EventReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* events.add(value);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
