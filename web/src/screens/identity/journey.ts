/** Getting an identity, from the state that the server tells to the screen that goes on from there. */

import type { AppShell } from "../../app_shell.ts";
import type { BegunEnrolment, Enrolment, EnrolmentState, OwnEnrolment } from "../../protocol/enrolment.ts";
import { Problem } from "../../protocol/problem.ts";
import type { BegunHere } from "../../store/enrolments.ts";
import { existingScreen, pinOf } from "./app.ts";
import { documentScreen } from "./document.ts";
import { faceScreen } from "./face.ts";
import { handedOverScreen, handOverScreen } from "./hand_over.ts";
import { numberScreen } from "./number.ts";
import { officialScreen } from "./official.ts";
import { overScreen } from "./over.ts";
import { readScreen } from "./read.ts";
import { refusedScreen } from "./refused.ts";
import { userIdScreen } from "./user_id.ts";
import { showStart } from "../people.ts";

/** One enrolment as it is held in this browser. */
export interface Journey {
  readonly begun: BegunHere;
  readonly own: OwnEnrolment;
  /** Whether another person is helped here (R-HLP-1). */
  readonly helping: boolean;
}

export function journeyOf(app: AppShell, begun: BegunHere): Journey {
  return { begun, own: app.enrolling.of(begun.owner), helping: begun.way === "helper" };
}

/** Keeps the token of an enrolment that has just begun here, so that it can be taken up again (R-ENR-1). */
export async function keepBegun(app: AppShell, way: BegunHere["way"], answer: BegunEnrolment): Promise<Journey> {
  const begun: BegunHere = { enrolment: answer.enrolment, owner: answer.owner, way, expiresAt: answer.expires_at };
  await app.enrolments.add(begun);
  return journeyOf(app, begun);
}

/** Asks where the enrolment stands, and goes on from there. Throws when it could not be asked. */
export async function goOn(app: AppShell, journey: Journey): Promise<void> {
  try {
    await showState(app, journey, await journey.own.state());
  } catch (error) {
    if (!isForgotten(error)) throw error;
    await forget(app, journey);
    app.show(overScreen(app));
  }
}

type Go = (app: AppShell, journey: Journey, enrolment: Enrolment) => Promise<void> | void;

const next: Readonly<Record<EnrolmentState, Go>> = {
  document: (app, journey) => app.show(documentScreen(app, journey.begun.way === "helper" ? "helper" : "home", journey)),
  face: (app, journey, { document }) => app.show(document === null ? faceScreen(app, journey) : readScreen(app, journey, document)),
  waiting_for_official: (app, journey, enrolment) => app.show(journey.helping ? handOverScreen(app, journey, enrolment) : officialScreen(app, journey, enrolment)),
  number: (app, journey, enrolment) => app.show(journey.helping ? handOverScreen(app, journey, enrolment) : numberScreen(app, journey)),
  user_id: (app, journey) => app.show(userIdScreen(app, journey)),
  app: (app, journey, enrolment) => enrolment.has_identity ? app.show(existingScreen(app, journey, enrolment.user_id ?? "")) : pinOf(app, journey),
  done: async (app, journey) => {
    await forget(app, journey);
    await showStart(app);
  },
  handed_over: async (app, journey) => {
    await forget(app, journey);
    app.show(handedOverScreen(app));
  },
  refused: async (app, journey, { refusal }) => {
    await forget(app, journey);
    app.show(refusedScreen(app, journey.helping, refusal));
  },
};

export async function showState(app: AppShell, journey: Journey, enrolment: Enrolment): Promise<void> {
  const { expires_at } = enrolment;
  if (expires_at !== null && expires_at !== journey.begun.expiresAt) {
    const begun = { ...journey.begun, expiresAt: expires_at };
    await app.enrolments.add(begun);
    journey = { ...journey, begun };
  }
  await next[enrolment.state](app, journey, enrolment);
}

/** This browser knows of it no longer. */
export function forget(app: AppShell, journey: Journey): Promise<void> {
  return app.enrolments.remove(journey.begun.enrolment);
}

/** The server knows of it no longer: its time is over, or another device has taken it up. */
export function isForgotten(error: unknown): boolean {
  return error instanceof Problem && error.code === "enrolment_unknown";
}

/** It stands elsewhere than this screen believes. */
export function isElsewhere(error: unknown): boolean {
  return isForgotten(error) || (error instanceof Problem && error.code === "enrolment_out_of_turn");
}
