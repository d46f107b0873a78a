/** Builds elements. Text goes in as text nodes, never as markup. */

export type Child = Node | string | false | null | undefined;
type Listener = (event: Event) => void;
type Attributes = Readonly<Record<string, string | number | boolean | Listener | undefined>>;

/**
 * `h("button", { class: "button", onclick: go }, "Go")`. A function under `on…` listens; `true` sets an empty attribute;
 * `false` and undefined set none.
 */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, String(value));
  }
  for (const child of children) {
    if (child instanceof Node || typeof child === "string") element.append(child);
  }
  return element;
}

type Kind = "primary" | "secondary" | "danger";

/** A button of DKFDS; `testId` is what end-to-end tests find it by. */
export function button(kind: Kind, label: string, testId: string, onclick: () => void): HTMLButtonElement {
  return h("button", { type: "button", class: `button button-${kind}`, "data-testid": testId, onclick }, label);
}

export function submitButton(label: string): HTMLButtonElement {
  return h("button", { type: "submit", class: "button button-primary", "data-testid": "submit" }, label);
}

type Tone = "info" | "success" | "warning" | "error";

/** `urgent` interrupts a screen reader; otherwise the message waits its turn. */
export function alert(tone: Tone, text: string, { heading, urgent = false }: { heading?: string; urgent?: boolean } = {}): HTMLElement {
  return h("div", { class: `alert alert-${tone}`, role: urgent ? "alert" : undefined, "data-testid": `alert-${tone}` },
    heading !== undefined && h("p", { class: "alert-heading" }, heading),
    h("p", { class: "alert-text" }, text));
}
