/** The letter code: 9 characters of `0-9A-Z` without `I L O U`, shown as `XXX-XXX-XXX`; case and hyphens do not matter. */

export function normaliseLetterCode(typed: string): string | undefined {
  const characters = typed.toUpperCase().replace(/[\s-]/g, "");
  if (!/^[0-9A-HJKMNP-TV-Z]{9}$/.test(characters)) return undefined;
  return `${characters.slice(0, 3)}-${characters.slice(3, 6)}-${characters.slice(6)}`;
}
