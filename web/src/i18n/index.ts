/** Which language, and its texts. A text that one language lacks does not compile. */

import { da } from "./da.ts";
import { en } from "./en.ts";

/** The shape of da.ts with each text widened to any text. */
type Widened<T> =
  T extends string ? string
  : T extends (...args: infer A) => string ? (...args: A) => string
  : T extends readonly string[] ? readonly string[]
  : { readonly [K in keyof T]: Widened<T[K]> };
export type Messages = Widened<typeof da>;

export const languages = { da, en } satisfies Record<string, Messages>;
export type Language = keyof typeof languages;

/** Each language calls itself by its own name, on every page. */
export const languageNames: Readonly<Record<Language, string>> = { da: "Dansk", en: "English" };

/** The cookie that the server's pages share, then what the browser prefers, then Danish. */
export function chooseLanguage(cookies: string, preferred: readonly string[]): Language {
  const chosen = /(?:^|;\s*)segl_lang=(da|en)(?:;|$)/.exec(cookies)?.[1];
  if (chosen !== undefined) return chosen as Language;
  for (const tag of preferred) {
    const language = tag.slice(0, 2).toLowerCase();
    if (language === "da" || language === "en") return language;
  }
  return "da";
}

export function rememberLanguage(language: Language): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `segl_lang=${language}; Path=/; SameSite=Lax; Max-Age=31536000${secure}`;
}
