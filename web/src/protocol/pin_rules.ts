/** R-PIN-1: six digits, and none that a thief would try first. */

export type PinFault = "not_six_digits" | "one_digit_repeated" | "run" | "birth_date";

/** `birthDate` is `YYYY-MM-DD`. Returns what is wrong, or undefined for a PIN that may be used. */
export function pinFault(pin: string, birthDate: string): PinFault | undefined {
  if (!/^[0-9]{6}$/.test(pin)) return "not_six_digits";
  const steps = new Set([...pin].slice(1).map((digit, index) => Number(digit) - Number(pin[index])));
  const step = steps.size === 1 ? [...steps][0] : undefined;
  if (step === 0) return "one_digit_repeated";
  if (step === 1 || step === -1) return "run";
  const yy = birthDate.slice(2, 4);
  const mm = birthDate.slice(5, 7);
  const dd = birthDate.slice(8, 10);
  if ([dd + mm + yy, yy + mm + dd, mm + dd + yy].includes(pin)) return "birth_date";
  return undefined;
}
