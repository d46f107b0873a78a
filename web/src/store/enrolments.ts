/** Enrolments that were begun in this browser (R-ENR-1): the token by which each goes on, and nothing of what was read. */

import type { Way } from "../protocol/enrolment.ts";
import type { Database } from "./database.ts";

export interface BegunHere {
  readonly enrolment: string;
  readonly owner: string;
  /** `continued`: by a person who was helped, or proved who they are at Citizen Service. */
  readonly way: Way | "continued";
  /** RFC 3339. */
  readonly expiresAt: string;
}

export class EnrolmentStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The one to go on with: the latest that is not over. What is over is forgotten, and `expired` says that there was one. */
  async ongoing(now: number): Promise<{ readonly begun: BegunHere | undefined; readonly expired: boolean }> {
    const all = await this.#database.all<BegunHere>("enrolments");
    const over = all.filter((one) => Date.parse(one.expiresAt) <= now);
    for (const one of over) await this.remove(one.enrolment);
    const open = all.filter((one) => !over.includes(one)).sort((a, b) => b.expiresAt.localeCompare(a.expiresAt));
    return { begun: open[0], expired: open.length === 0 && over.length > 0 };
  }

  add(begun: BegunHere): Promise<void> {
    return this.#database.write("enrolments", (records) => records.put(begun));
  }

  remove(enrolment: string): Promise<void> {
    return this.#database.write("enrolments", (records) => records.delete(enrolment));
  }
}
