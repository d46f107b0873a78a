/** R-UID-1: what a user ID may look like; the same checks in the same order as the server's. */

export type UserIdFault = "too_short" | "too_long" | "space_at_edge" | "character" | "looks_like_cpr";

const ALLOWED = /^[a-z0-9æøå{}!#$^,*()_+\-=:;?.@ ]*$/i;
/** Ten digits, also with a hyphen or a space after the sixth. */
const CPR = /^[0-9]{6}[- ]?[0-9]{4}$/;

/** Returns what is wrong, or undefined for a user ID that may be asked for. */
export function userIdFault(typed: string): UserIdFault | undefined {
  const length = [...typed].length;
  if (length < 5) return "too_short";
  if (length > 48) return "too_long";
  if (typed.startsWith(" ") || typed.endsWith(" ")) return "space_at_edge";
  if (!ALLOWED.test(typed)) return "character";
  if (CPR.test(typed)) return "looks_like_cpr";
  return undefined;
}
