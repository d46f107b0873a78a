/** Starts the app and follows the links that open it. */

import { AppShell } from "./app_shell.ts";
import { opaqueInWorker } from "./crypto/opaque_remote.ts";
import { parseEntry, type Entry } from "./entry.ts";
import { chooseLanguage, languages } from "./i18n/index.ts";
import { Client } from "./protocol/client.ts";
import { activateScreen } from "./screens/activate.ts";
import { openRequest } from "./screens/claim.ts";
import { showStart, whoApprovesScreen } from "./screens/people.ts";
import { PeopleStore, type Person } from "./store/people.ts";
import { alert } from "./view/dom.ts";

declare const OPAQUE_WORKER_URL: string;

async function follow(app: AppShell, entry: Entry): Promise<void> {
  if (entry.to === "start") return showStart(app);
  if (entry.to === "activate") return app.show(activateScreen(app, { ...entry.codes }));
  const people = await app.people.all();
  const open = (person: Person): void => void openRequest(app, person, { link: entry.link });
  const only = people.length === 1 ? people[0] : undefined;
  if (only === undefined) app.show(whoApprovesScreen(app, people, open));
  else open(only);
}

/** Reads the fragment and takes it out of the address, so that it is used once and kept nowhere. */
function takeEntry(): Entry {
  const entry = parseEntry(location.hash);
  if (location.hash !== "") history.replaceState(null, "", location.pathname);
  return entry;
}

async function start(root: HTMLElement): Promise<void> {
  if (!window.isSecureContext) {
    const language = chooseLanguage(document.cookie, navigator.languages);
    document.documentElement.lang = language;
    root.replaceChildren(alert("error", languages[language].common.insecure, { urgent: true }));
    return;
  }
  const opaque = opaqueInWorker(new Worker(OPAQUE_WORKER_URL, { type: "module" }));
  const app = new AppShell(root, await PeopleStore.open(), opaque, (language) => new Client("/app/v1", language));
  window.addEventListener("hashchange", () => {
    if (location.hash !== "") void follow(app, takeEntry());
  });
  await follow(app, takeEntry());
  await navigator.serviceWorker?.register("/app/sw.js", { scope: "/app/" }).catch((error: unknown) => console.warn(error));
}

const root = document.getElementById("app");
if (root !== null) void start(root);
