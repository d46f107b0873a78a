/** A form that is handled here and never sent by the browser. */

import { h, type Child } from "./dom.ts";

export function form(testId: string, onsubmit: () => void, ...children: Child[]): HTMLFormElement {
  return h("form", {
    novalidate: true, autocomplete: "off", "data-testid": testId,
    onsubmit: (event) => {
      event.preventDefault();
      onsubmit();
    },
  }, ...children);
}
