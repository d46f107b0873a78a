/** The service worker: keeps the app's shell for a slow or missing network, and never an answer of the interface. */

declare const SHELL_FILES: readonly string[];
declare const SHELL_VERSION: string;

interface ExtendableEvent extends Event { waitUntil(work: Promise<unknown>): void }
interface FetchEvent extends ExtendableEvent { readonly request: Request; respondWith(response: Promise<Response>): void }
interface Scope {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
}

const worker = self as unknown as Scope;
const cacheName = `segl-app-${SHELL_VERSION}`;
const shell = new Set(SHELL_FILES);

async function install(): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.addAll(SHELL_FILES.map((path) => new Request(path, { cache: "reload" })));
  await worker.skipWaiting();
}

async function activate(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith("segl-app-") && name !== cacheName);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** The page itself is asked for first, so a new version is seen at once; what it names never changes under its name. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match("/app/");
    if (kept === undefined) throw error;
    return kept;
  }
}

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (event.request.mode === "navigate" && pathname === "/app/") event.respondWith(page(event.request));
  else if (shell.has(pathname) && pathname !== "/app/") {
    event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(event.request)));
  }
});
