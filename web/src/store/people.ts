/** The apps activated in this browser, in IndexedDB: device keys (not extractable) and app tokens. Several people may share one. */

import type { Assurance } from "../protocol/types.ts";
import type { Database } from "./database.ts";

export interface Person {
  /** The authenticator's id; the key of the record. */
  readonly authenticator: string;
  readonly name: string;
  readonly userId: string;
  readonly assurance: Assurance;
  readonly appToken: string;
  readonly privateKey: CryptoKey;
  /** RFC 3339; the order in which people are listed. */
  readonly activatedAt: string;
}

export class PeopleStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async all(): Promise<Person[]> {
    const people = await this.#database.all<Person>("people");
    return people.sort((a, b) => a.activatedAt.localeCompare(b.activatedAt));
  }

  add(person: Person): Promise<void> {
    return this.#database.write("people", (people) => people.put(person));
  }

  remove(authenticator: string): Promise<void> {
    return this.#database.write("people", (people) => people.delete(authenticator));
  }
}
