/** Refusals: `application/problem+json` (RFC 9457) as the server sends them, and the failure to reach it at all. */

export interface ProblemDetails {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly rule?: string;
  readonly until?: Date;
  readonly triesLeft?: number;
  readonly outcome?: string;
  readonly member?: string;
}

export class Problem extends Error implements ProblemDetails {
  override readonly name = "Problem";
  declare readonly status: number;
  declare readonly code: string;
  declare readonly title: string;
  declare readonly rule?: string;
  declare readonly until?: Date;
  declare readonly triesLeft?: number;
  declare readonly outcome?: string;
  declare readonly member?: string;

  constructor(details: ProblemDetails) {
    super(details.title);
    Object.assign(this, details);
  }
}

/** The server did not answer. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** Reads a refusal; one without a readable body keeps its status, under the code `unreadable`. */
export function parseProblem(status: number, contentType: string | null, body: string): Problem {
  let members: Record<string, unknown> = {};
  if (contentType?.split(";")[0]?.trim().toLowerCase() === "application/problem+json") {
    try {
      const parsed: unknown = JSON.parse(body);
      if (typeof parsed === "object" && parsed !== null) members = parsed as Record<string, unknown>;
    } catch {
      // An unreadable body is told by its status alone.
    }
  }
  const until = text(members["until"]);
  const time = until === undefined ? undefined : new Date(until);
  const rule = text(members["rule"]);
  const outcome = text(members["outcome"]);
  const member = text(members["member"]);
  const tries = members["tries_left"];
  return new Problem({
    status,
    code: text(members["code"]) ?? "unreadable",
    title: text(members["title"]) ?? `HTTP ${status}`,
    ...(rule === undefined ? {} : { rule }),
    ...(time === undefined || Number.isNaN(time.getTime()) ? {} : { until: time }),
    ...(typeof tries === "number" && Number.isInteger(tries) && tries >= 0 ? { triesLeft: tries } : {}),
    ...(outcome === undefined ? {} : { outcome }),
    ...(member === undefined ? {} : { member }),
  });
}
