/** Starts the app and follows the links that open it. */

import { AppShell } from "./app_shell.ts";
import { opaqueInWorker } from "./crypto/opaque_remote.ts";
import { parseEntry, type Entry } from "./entry.ts";
import { chooseLanguage, languages } from "./i18n/index.ts";
import { activateScreen } from "./screens/activate.ts";
import { openRequest } from "./screens/claim.ts";
import { openContinuation } from "./screens/identity/continue.ts";
import { overScreen } from "./screens/identity/over.ts";
import { resumeScreen } from "./screens/identity/resume.ts";
import { waysScreen } from "./screens/identity/ways.ts";
import { showStart, whoApprovesScreen } from "./screens/people.ts";
import { Database } from "./store/database.ts";
import type { Person } from "./store/people.ts";
import { alert } from "./view/dom.ts";

declare const OPAQUE_WORKER_URL: string;

/** Whether something that was begun here can be finished, or was until its time was up (R-ENR-1): then that is shown. */
async function offerToResume(app: AppShell): Promise<boolean> {
  const { begun, expired } = await app.enrolments.ongoing(app.http.now());
  if (begun !== undefined) app.show(resumeScreen(app, begun));
  else if (expired) app.show(overScreen(app, () => app.m.identity.resume.expired));
  return begun !== undefined || expired;
}

async function follow(app: AppShell, entry: Entry): Promise<void> {
  if (entry.to === "start") return await offerToResume(app) ? undefined : showStart(app);
  if (entry.to === "identity") return await offerToResume(app) ? undefined : app.show(waysScreen(app));
  if (entry.to === "continue") return openContinuation(app, entry.link);
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
  const app = new AppShell(root, await Database.open(), opaque);
  window.addEventListener("hashchange", () => {
    if (location.hash !== "") void follow(app, takeEntry());
  });
  await follow(app, takeEntry());
  await navigator.serviceWorker?.register("/app/sw.js", { scope: "/app/" }).catch((error: unknown) => console.warn(error));
}

const root = document.getElementById("app");
if (root !== null) void start(root);
