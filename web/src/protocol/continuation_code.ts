/** The code by which a person who was helped goes on: 12 characters, shown as `XXXX-XXXX-XXXX`; case, hyphens and spaces do not matter. */

export function normaliseContinuationCode(typed: string): string | undefined {
  const characters = typed.toUpperCase().replace(/[\s-]/g, "");
  if (!/^[0-9A-HJKMNP-TV-Z]{12}$/.test(characters)) return undefined;
  return [0, 4, 8].map((at) => characters.slice(at, at + 4)).join("-");
}

/** The link of `#continue=` in what a camera read; undefined for any other code. */
export function continuationLink(scanned: string, origin: string): string | undefined {
  if (!URL.canParse(scanned)) return undefined;
  const url = new URL(scanned);
  const link = /^#continue=(.+)$/s.exec(url.hash)?.[1];
  return url.origin === origin && url.pathname === "/app/" ? link : undefined;
}
