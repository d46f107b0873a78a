/** What a person types to say which number is theirs: a CPR number (R-CPR-1) or a P code (R-PER-4). */

export type PersonNumber = { readonly kind: "cpr" | "p_code"; readonly digits: string };

/** Ten digits, also with a hyphen or a space after the sixth, are a CPR number; eight, also in two halves, a P code. */
export function readPersonNumber(typed: string): PersonNumber | undefined {
  const text = typed.trim();
  if (/^[0-9]{6}[- ]?[0-9]{4}$/.test(text)) return { kind: "cpr", digits: text.replace(/\D/g, "") };
  if (/^[0-9]{4}[- ]?[0-9]{4}$/.test(text)) return { kind: "p_code", digits: text.replace(/\D/g, "") };
  return undefined;
}
