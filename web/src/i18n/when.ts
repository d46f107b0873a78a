/** Times as people say them, in the reader's time zone. */

import { languages, type Language } from "./index.ts";

const locales = { da: "da-DK", en: "en-GB" } as const;

export function clockTime(date: Date, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], { hour: "2-digit", minute: "2-digit" }).format(date);
}

export function dayName(date: Date, now: Date, language: Language): string {
  const m = languages[language].activity;
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (date.toDateString() === now.toDateString()) return m.today;
  if (date.toDateString() === yesterday.toDateString()) return m.yesterday;
  const options: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long" };
  if (date.getFullYear() !== now.getFullYear()) options.year = "numeric";
  const day = new Intl.DateTimeFormat(locales[language], options).format(date);
  return day.charAt(0).toUpperCase() + day.slice(1);
}

/** "kl. 14.32" today, "23. november kl. 09.05" on another day. */
export function moment(date: Date, now: Date, language: Language): string {
  const m = languages[language].time;
  const time = clockTime(date, language);
  if (date.toDateString() === now.toDateString()) return m.at(time);
  const day = new Intl.DateTimeFormat(locales[language], { day: "numeric", month: "long" }).format(date);
  return m.onDayAt(day, time);
}

/** "12. april 1990" of `YYYY-MM-DD`, which is a day in every time zone. */
export function fullDate(day: string, language: Language): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  return new Intl.DateTimeFormat(locales[language], { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(date);
}
