/** A labelled input whose hint and error are tied to it. */

import { h } from "./dom.ts";

export interface FieldOptions {
  readonly name: string;
  readonly label: string;
  readonly errorPrefix: string;
  readonly hint?: string;
  readonly value?: string;
  readonly class?: string;
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
}

export interface Field {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  /** Shows the error and moves the focus to the input; undefined takes it away. */
  fail(message: string | undefined): void;
}

export function field(options: FieldOptions): Field {
  const id = `field-${options.name}`;
  const hint = options.hint === undefined ? undefined : h("span", { class: "form-hint", id: `${id}-hint` }, options.hint);
  const error = h("span", { class: "form-error-message", id: `${id}-error`, role: "alert", "data-testid": `error-${options.name}` });
  error.hidden = true;
  const input = h("input", {
    class: `form-input ${options.class ?? ""}`.trim(), id, name: options.name, type: "text", autocomplete: "off",
    "data-testid": options.name, "aria-describedby": hint?.id, ...options.attributes,
  });
  input.value = options.value ?? "";
  const element = h("div", { class: "form-group" }, h("label", { class: "form-label", for: id }, options.label), hint, error, input);

  const fail = (message: string | undefined): void => {
    const wrong = message !== undefined;
    element.classList.toggle("form-error", wrong);
    error.hidden = !wrong;
    error.replaceChildren(...(wrong ? [h("span", { class: "sr-only" }, options.errorPrefix), message] : []));
    if (!wrong) {
      input.removeAttribute("aria-invalid");
      if (hint === undefined) input.removeAttribute("aria-describedby");
      else input.setAttribute("aria-describedby", hint.id);
      return;
    }
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", [hint?.id, error.id].filter(Boolean).join(" "));
    input.focus();
  };
  return { element, input, fail };
}

/** The PIN: one real input, digits only, that no password manager fills in or keeps. */
export function pinField(options: Omit<FieldOptions, "class" | "attributes">): Field {
  return digits({ ...options, class: "segl-pin", attributes: { type: "password" } }, 6);
}

/** An input for a known number of digits; anything else does not get in. */
export function digits(options: FieldOptions, length: number): Field {
  const made = field({
    ...options,
    attributes: { inputmode: "numeric", pattern: "[0-9]*", spellcheck: "false", "data-1p-ignore": true, "data-lpignore": "true", ...options.attributes },
  });
  made.input.addEventListener("input", () => {
    const clean = made.input.value.replace(/\D/g, "").slice(0, length);
    if (clean !== made.input.value) made.input.value = clean;
  });
  return made;
}
