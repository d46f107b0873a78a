/** Why a document that was read proves nothing, from the steps of docs/app-protocol.md, "Reading a chip" (R-DOC-4, R-DOC-6). */

import type { ChipReading } from "./enrolment.ts";

export type WhyRefused = "expired" | "copy" | "incomplete" | "altered" | "issuer" | "kind";

const evidence: Readonly<Record<string, WhyRefused>> = {
  expired: "expired", chip_not_shown_genuine: "copy", chip_key_void: "copy", expiry_unknown: "incomplete", no_portrait: "incomplete", no_zone: "incomplete",
};

export function whyRefused(steps: ChipReading["steps"]): WhyRefused {
  const failed = steps.filter(({ outcome }) => outcome === "failed");
  const known = evidence[failed.find(({ step }) => step === "evidence")?.why ?? ""];
  if (known !== undefined) return known;
  const names = failed.map(({ step }) => step);
  if (names.some((step) => step.startsWith("data_group_hash") || step === "security_object_hash" || step === "security_object_signature")) return "altered";
  if (names.includes("document_type")) return "kind";
  if (names.includes("security_object_structure")) return "incomplete";
  return "issuer";
}

/** Names of relay ends that mean: what was typed does not open this chip. */
export const isWrongPassword = (fault: string): boolean => fault.startsWith("bac_") || /^pace\.(password_refused|token_wrong|password_blocked)$/.test(fault);
