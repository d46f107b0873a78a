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

interface Labelled<T extends HTMLElement> {
  readonly element: HTMLElement;
  readonly input: T;
  /** Shows the error and moves the focus to the input; undefined takes it away. */
  fail(message: string | undefined): void;
}

export type Field = Labelled<HTMLInputElement | HTMLTextAreaElement>;

export function field(options: FieldOptions): Labelled<HTMLInputElement> {
  const input = h("input", { ...named(options, "form-input"), type: "text", autocomplete: "off", ...options.attributes });
  input.value = options.value ?? "";
  return labelled(options, input);
}

/** Several lines. */
export function area(options: FieldOptions): Labelled<HTMLTextAreaElement> {
  const input = h("textarea", { ...named(options, "form-input"), autocomplete: "off", ...options.attributes });
  input.value = options.value ?? "";
  return labelled(options, input);
}

/** One of many: values and what they are called. */
export function select(options: FieldOptions, choices: readonly (readonly [value: string, label: string])[]): Labelled<HTMLSelectElement> {
  const input = h("select", { ...named(options, "form-select"), ...options.attributes }, ...choices.map(([value, label]) => h("option", { value }, label)));
  input.value = options.value ?? choices[0]?.[0] ?? "";
  return labelled(options, input);
}

export interface ChoiceOptions<T extends string> {
  readonly name: string;
  readonly legend: string;
  readonly chosen: T;
  readonly options: Readonly<Record<T, string>>;
}

/** One of few, all in sight. */
export function choices<T extends string>({ name, legend, chosen, options }: ChoiceOptions<T>, onChoice: (value: T) => void): { element: HTMLElement; choose(value: T): void } {
  const inputs = (Object.entries(options) as [T, string][]).map(([value, label]) => {
    const id = `field-${name}-${value}`;
    const input = h("input", { class: "form-radio", type: "radio", name, id, value, "data-testid": `${name}-${value}`, onchange: () => onChoice(value) });
    return { value, input, element: h("div", { class: "form-group-radio" }, input, h("label", { class: "form-label", for: id }, label)) };
  });
  const choose = (wanted: T): void => {
    for (const { value, input } of inputs) input.checked = value === wanted;
    onChoice(wanted);
  };
  choose(chosen);
  return { element: h("fieldset", { class: "segl-choices" }, h("legend", { class: "form-label" }, legend), ...inputs.map(({ element }) => element)), choose };
}

function named(options: FieldOptions, kind: string): Record<string, string> {
  return { class: `${kind} ${options.class ?? ""}`.trim(), id: `field-${options.name}`, name: options.name, "data-testid": options.name };
}

function labelled<T extends HTMLElement>(options: FieldOptions, input: T): Labelled<T> {
  const { id } = input;
  const hint = options.hint === undefined ? undefined : h("span", { class: "form-hint", id: `${id}-hint` }, options.hint);
  const error = h("span", { class: "form-error-message", id: `${id}-error`, role: "alert", "data-testid": `error-${options.name}` });
  error.hidden = true;
  if (hint !== undefined) input.setAttribute("aria-describedby", hint.id);
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
export function pinField(options: Omit<FieldOptions, "class" | "attributes">): Labelled<HTMLInputElement> {
  return digits({ ...options, class: "segl-pin", attributes: { type: "password" } }, 6);
}

/** An input for a known number of digits; anything else does not get in. */
export function digits(options: FieldOptions, length: number): Labelled<HTMLInputElement> {
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
