/** Marks a button as working. It stays focusable, so that nobody who uses the keyboard loses their place. */

import { h } from "./dom.ts";

/** Runs the work once, however often the button is pressed meanwhile. */
export async function whileBusy(control: HTMLButtonElement, label: string, work: () => Promise<void>): Promise<void> {
  if (control.getAttribute("aria-disabled") === "true") return;
  const before = [...control.childNodes];
  control.setAttribute("aria-disabled", "true");
  control.replaceChildren(h("span", { class: "segl-busy", "aria-hidden": "true" }), label);
  try {
    await work();
  } finally {
    control.removeAttribute("aria-disabled");
    control.replaceChildren(...before);
  }
}
