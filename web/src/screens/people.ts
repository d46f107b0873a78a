/** Who uses the app in this browser: nobody yet, or several people, each clearly named. */

import type { AppShell, MakeScreen } from "../app_shell.ts";
import type { Person } from "../store/people.ts";
import { button, h } from "../view/dom.ts";
import { activateScreen } from "./activate.ts";
import { homeScreen } from "./home.ts";
import { waysScreen } from "./identity/ways.ts";

const HUES = 5;

export function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const first = [...(words[0] ?? "")][0] ?? "";
  const last = words.length > 1 ? [...(words.at(-1) ?? "")][0] ?? "" : "";
  return (first + last).toUpperCase();
}

/** The circle, the name and the user ID; the same colour for the same person each time. */
export function personLabel(person: Person, userIdLabel: string): HTMLElement[] {
  const hue = [...person.authenticator].reduce((sum, character) => sum + character.charCodeAt(0), 0) % HUES;
  return [
    h("span", { class: `segl-person__initials segl-person__hue-${hue}`, "aria-hidden": "true" }, initials(person.name)),
    h("span", {},
      h("span", { class: "segl-person__name" }, person.name),
      h("span", { class: "segl-person__detail" }, `${userIdLabel}: ${person.userId}`)),
  ];
}

function personButton(app: AppShell, person: Person, choose: (person: Person) => void): HTMLElement {
  return h("button", {
    type: "button", class: "segl-person", "data-testid": "person", "data-user-id": person.userId, onclick: () => choose(person),
  }, ...personLabel(person, app.m.common.userId));
}

function welcomeScreen(app: AppShell): MakeScreen {
  return () => ({
    name: "welcome",
    heading: app.m.welcome.heading,
    body: [
      h("p", { class: "segl-lead" }, app.m.welcome.lead),
      h("div", { class: "segl-actions" }, button("primary", app.m.welcome.getIdentity, "identity", () => app.show(waysScreen(app)))),
      h("p", { class: "segl-or" }, app.m.welcome.or),
      h("p", {}, app.m.welcome.needs),
      h("div", { class: "segl-actions" }, button("secondary", app.m.welcome.activate, "activate", () => app.show(activateScreen(app)))),
    ],
  });
}

/** Somebody who has an identity helps somebody who has none. */
export function identityLink(app: AppShell): HTMLElement {
  return h("button", { type: "button", class: "segl-linklike", "data-testid": "identity", onclick: () => app.show(waysScreen(app)) }, app.m.people.identity);
}

export function peopleScreen(app: AppShell, people: readonly Person[]): MakeScreen {
  if (people.length === 0) return welcomeScreen(app);
  return () => ({
    name: "people",
    heading: app.m.people.heading,
    body: [
      people.length > 1 && h("p", {}, app.m.people.lead),
      ...people.map((person) => personButton(app, person, (chosen) => app.show(homeScreen(app, chosen)))),
      h("div", { class: "segl-actions" }, button("secondary", app.m.people.add, "add-person", () => app.show(activateScreen(app))), identityLink(app)),
    ],
  });
}

/** "Open the app" on the same device: which of these people began. */
export function whoApprovesScreen(app: AppShell, people: readonly Person[], choose: (person: Person) => void): MakeScreen {
  return () => ({
    name: "who-approves",
    heading: app.m.people.headingApprove,
    body: people.length === 0
      ? [
        h("p", {}, app.m.people.missing),
        h("div", { class: "segl-actions" }, button("primary", app.m.welcome.activate, "activate", () => app.show(activateScreen(app)))),
      ]
      : [h("p", {}, app.m.people.leadApprove), ...people.map((person) => personButton(app, person, choose))],
  });
}

/** Where the app begins: the only person's home, or the choice. */
export async function showStart(app: AppShell): Promise<void> {
  const people = await app.people.all();
  const only = people.length === 1 ? people[0] : undefined;
  app.show(only === undefined ? peopleScreen(app, people) : homeScreen(app, only));
}

export async function showPeople(app: AppShell): Promise<void> {
  app.show(peopleScreen(app, await app.people.all()));
}
