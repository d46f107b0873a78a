/** The apps activated in this browser, in IndexedDB: device keys (not extractable) and app tokens. Several people may share one. */

import type { Assurance } from "../protocol/types.ts";

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

const STORE = "people";

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export class PeopleStore {
  readonly #database: IDBDatabase;

  private constructor(database: IDBDatabase) {
    this.#database = database;
  }

  static async open(): Promise<PeopleStore> {
    const opening = indexedDB.open("segl-app", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "authenticator" });
    return new PeopleStore(await settled(opening));
  }

  async all(): Promise<Person[]> {
    const people = await settled<Person[]>(this.#database.transaction(STORE).objectStore(STORE).getAll());
    return people.sort((a, b) => a.activatedAt.localeCompare(b.activatedAt));
  }

  add(person: Person): Promise<void> {
    return this.#write((people) => people.put(person));
  }

  remove(authenticator: string): Promise<void> {
    return this.#write((people) => people.delete(authenticator));
  }

  /** Resolves when the change is on the disk: a key that is lost after activation cannot be had again. */
  #write(change: (people: IDBObjectStore) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(STORE, "readwrite", { durability: "strict" });
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      change(transaction.objectStore(STORE));
    });
  }
}
