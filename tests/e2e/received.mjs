// Everything that a device is sent, as text: answers, events and WebSocket messages, before and after a moment.

/** Texts of all that came to a page; the demo's own list of its passports is left out, which only a demo has. */
export class Received {
  #origin;
  #late = false;
  #texts = { before: [], after: [] };
  #pending = [];

  constructor(page, origin) {
    this.#origin = origin;
    page.on("request", (request) => {
      if (this.#late) this.#add(`${request.method()} ${request.url()} ${JSON.stringify(request.headers())}`);
    });
    page.on("response", (response) => this.#pending.push(this.#response(response)));
    page.on("websocket", (socket) => {
      if (new URL(socket.url()).pathname.startsWith("/demo/")) return;
      socket.on("framereceived", ({ payload }) => {
        const bytes = Buffer.from(payload);
        this.#add(`${bytes.toString("latin1")}\n${bytes.toString("base64")}`);
      });
    });
  }

  /** What comes from now on is told apart. */
  handedOver() {
    this.#late = true;
  }

  async everything() {
    await Promise.all(this.#pending);
    return { before: this.#texts.before.join("\n"), after: this.#texts.after.join("\n") };
  }

  #add(text) {
    this.#texts[this.#late ? "after" : "before"].push(text);
  }

  async #response(response) {
    const { pathname, origin } = new URL(response.url());
    if (origin !== this.#origin || pathname.startsWith("/demo/") || pathname.startsWith("/assets/") || pathname.startsWith("/app/")) return;
    const late = this.#late;
    const body = await response.text().catch(() => "");
    this.#texts[late ? "after" : "before"].push(`${pathname} ${JSON.stringify(response.headers())} ${body}`);
  }
}
