/** The app's IndexedDB: who has activated an app here, and who is getting an identity. */

export type Kept = "people" | "enrolments";

const VERSION = 2;

export function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export class Database {
  readonly #database: IDBDatabase;

  private constructor(database: IDBDatabase) {
    this.#database = database;
  }

  static async open(): Promise<Database> {
    const opening = indexedDB.open("segl-app", VERSION);
    opening.onupgradeneeded = ({ oldVersion }) => {
      if (oldVersion < 1) opening.result.createObjectStore("people" satisfies Kept, { keyPath: "authenticator" });
      if (oldVersion < 2) opening.result.createObjectStore("enrolments" satisfies Kept, { keyPath: "enrolment" });
    };
    const database = await settled(opening);
    // A newer version of this page, in another window, must not wait for this one.
    database.onversionchange = () => database.close();
    return new Database(database);
  }

  all<T>(kept: Kept): Promise<T[]> {
    return settled<T[]>(this.#database.transaction(kept).objectStore(kept).getAll());
  }

  /** Resolves when the change is on the disk: a key that is lost after activation cannot be had again. */
  write(kept: Kept, change: (records: IDBObjectStore) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(kept, "readwrite", { durability: "strict" });
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      change(transaction.objectStore(kept));
    });
  }
}
