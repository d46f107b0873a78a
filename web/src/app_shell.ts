/** The frame around the screens: header, language, the screen on show, and what the screens share. */

import type { Opaque } from "./crypto/opaque.ts";
import { chooseLanguage, languageNames, languages, rememberLanguage, type Language, type Messages } from "./i18n/index.ts";
import { Client, type AppClient } from "./protocol/client.ts";
import { EnrolmentClient } from "./protocol/enrolment.ts";
import { Http } from "./protocol/http.ts";
import type { Database } from "./store/database.ts";
import { EnrolmentStore } from "./store/enrolments.ts";
import { PeopleStore, type Person } from "./store/people.ts";
import { alert, h } from "./view/dom.ts";

export interface Screen {
  /** Names the screen in the page (`data-screen`), for tests and styles. */
  readonly name: string;
  readonly heading: string;
  /** What stands above the heading, if anything. */
  readonly above?: readonly HTMLElement[];
  readonly body: readonly (Element | false | undefined)[];
  readonly headingClass?: string;
  readonly back?: () => void;
  /** Called when another screen takes its place. */
  readonly leave?: () => void;
}

/** Makes a screen in the present language; called again when the language changes, so what must last lives outside it. */
export type MakeScreen = () => Screen;

/** How long an unlocking lasts, a little less than the server's 15 minutes. */
const SESSION_MS = 14 * 60_000;

export class AppShell {
  readonly client: Client;
  readonly opaque: Opaque;
  readonly people: PeopleStore;
  readonly enrolments: EnrolmentStore;
  readonly http: Http;
  readonly enrolling: EnrolmentClient;
  language: Language;

  readonly #root: HTMLElement;
  readonly #main = h("main", { class: "segl-main container", id: "main" });
  readonly #sessions = new Map<string, { readonly session: string; readonly until: number }>();
  #make: MakeScreen | undefined;
  #screen: Screen | undefined;

  constructor(root: HTMLElement, database: Database, opaque: Opaque) {
    this.#root = root;
    this.people = new PeopleStore(database);
    this.enrolments = new EnrolmentStore(database);
    this.opaque = opaque;
    this.language = chooseLanguage(document.cookie, navigator.languages);
    this.http = new Http(() => this.language);
    this.client = new Client("/app/v1", this.http);
    this.enrolling = new EnrolmentClient("/enrol/v1", this.http);
    for (const change of ["online", "offline"]) window.addEventListener(change, () => this.#drawFrame());
    window.addEventListener("popstate", () => {
      if (location.hash === "") this.#screen?.back?.();
    });
    this.#drawFrame();
  }

  get m(): Messages {
    return languages[this.language];
  }

  appClient(person: Person): AppClient {
    return this.client.app(person.appToken);
  }

  /** The session of somebody who has unlocked the app lately. */
  sessionOf(person: Person): string | undefined {
    const kept = this.#sessions.get(person.authenticator);
    return kept !== undefined && kept.until > Date.now() ? kept.session : undefined;
  }

  keepSession(person: Person, session: string): void {
    this.#sessions.set(person.authenticator, { session, until: Date.now() + SESSION_MS });
  }

  dropSession(person: Person): void {
    this.#sessions.delete(person.authenticator);
  }

  show(make: MakeScreen): void {
    this.#make = make;
    this.#draw();
    window.scrollTo(0, 0);
    this.#main.querySelector("h1")?.focus();
  }

  /** Whether this screen is still the one on show: an answer that comes later has nowhere to go. */
  isShowing(make: MakeScreen): boolean {
    return this.#make === make;
  }

  /** Leaves for the page that the server named; only ever on our own origin. */
  returnTo(path: string): void {
    const target = new URL(path, location.origin);
    if (target.origin !== location.origin) throw new Error("the return address is not ours");
    location.assign(target);
  }

  #draw(): void {
    if (this.#make === undefined) return;
    this.#screen?.leave?.();
    const screen = this.#make();
    this.#screen = screen;
    document.title = `${screen.heading} – Segl`;
    const back = screen.back;
    if (back !== undefined && history.state?.seglBack !== true) history.pushState({ seglBack: true }, "");
    this.#main.replaceChildren(h("section", { class: "segl-card", "data-screen": screen.name },
      back !== undefined && h("button", { type: "button", class: "segl-back", "data-testid": "back", onclick: back }, this.m.common.back),
      ...(screen.above ?? []),
      h("h1", { tabindex: -1, class: screen.headingClass }, screen.heading),
      ...screen.body));
  }

  #drawFrame(): void {
    document.documentElement.lang = this.language;
    const m = this.m.common;
    const banner = h("div", { class: "container segl-banner", role: "status", "data-testid": "offline" }, !navigator.onLine && alert("warning", m.offline));
    this.#root.replaceChildren(
      h("a", { class: "segl-skip", href: "#main", onclick: (event) => { event.preventDefault(); this.#main.querySelector("h1")?.focus(); } }, m.skip),
      h("header", { class: "segl-header" },
        h("div", { class: "container segl-header__inner" }, h("span", { class: "segl-wordmark" }, "Segl"), this.#languageSwitch())),
      banner,
      this.#main);
  }

  #languageSwitch(): HTMLElement {
    const choices = (Object.keys(languages) as Language[]).map((language) =>
      h("button", {
        type: "button", lang: language, "data-testid": `lang-${language}`,
        "aria-current": language === this.language ? "true" : undefined,
        onclick: () => this.#speak(language),
      }, languageNames[language]));
    return h("nav", { class: "segl-lang", "aria-label": this.m.common.languageSwitch }, ...choices);
  }

  #speak(language: Language): void {
    this.language = language;
    rememberLanguage(language);
    this.#drawFrame();
    this.#draw();
    this.#root.querySelector<HTMLElement>(`[data-testid="lang-${language}"]`)?.focus();
  }
}
