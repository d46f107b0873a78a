/** What opens a document's chip, as a person types it (ICAO 9303-11, 4.1). Check digits are the server's business. */

export type AccessData =
  | { readonly mrz: { readonly document_number: string; readonly birth_date: string; readonly expiry_date: string } }
  | { readonly zone: string }
  | { readonly can: string };

/** Letters, digits and fillers, as they stand in the zone; spaces are slips. */
export function readDocumentNumber(typed: string): string | undefined {
  const text = typed.toUpperCase().replace(/\s/g, "");
  return /^[A-Z0-9<]{1,22}$/.test(text) && /[A-Z0-9]/.test(text) ? text : undefined;
}

/** `YYMMDD` of a date as people write it: day, month and year, with any separators; the year with two or four digits. */
export function readDate(typed: string): string | undefined {
  const [, day = "", month = "", year = ""] = /^\s*(\d{1,2})[\s./-]+(\d{1,2})[\s./-]+(\d{2}|\d{4})\s*$/.exec(typed)
    ?? /^\s*(\d{2})(\d{2})(\d{2}|\d{4})\s*$/.exec(typed) ?? [];
  if (day === "") return undefined;
  // A year of two digits is any century's: what is checked is that the month has such a day in some of them.
  const date = new Date(Date.UTC(year.length === 4 ? Number(year) : 2000 + Number(year), Number(month) - 1, Number(day)));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  return year.slice(-2) + month.padStart(2, "0") + day.padStart(2, "0");
}

/** Two lines of 44 or 36 characters (TD3, TD2) or three of 30 (TD1); with line breaks or without. */
export function readZone(typed: string): string | undefined {
  const lines = typed.toUpperCase().split(/\r?\n/).map((line) => line.replace(/[ \t]/g, "")).filter((line) => line !== "");
  const text = lines.join("");
  if (!/^[A-Z0-9<]+$/.test(text)) return undefined;
  const width = { 88: 44, 72: 36, 90: 30 }[text.length];
  if (width === undefined) return undefined;
  return Array.from({ length: text.length / width }, (_, at) => text.slice(at * width, (at + 1) * width)).join("\n");
}

/** Six digits on most documents. */
export function readCan(typed: string): string | undefined {
  const text = typed.replace(/\s/g, "");
  return /^[0-9]{6,10}$/.test(text) ? text : undefined;
}
