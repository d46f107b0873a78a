/** What the person will recognise this browser by in the list of their apps: "Chrome on Linux". */

import type { Messages } from "../i18n/index.ts";

// In the order in which they must be tried: each names itself after the ones below it.
const browsers = [["Edg/", "Edge"], ["OPR/", "Opera"], ["SamsungBrowser/", "Samsung Internet"], ["Firefox/", "Firefox"], ["FxiOS/", "Firefox"],
  ["CriOS/", "Chrome"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]] as const;
const systems = [["iPhone", "iPhone"], ["iPad", "iPad"], ["Android", "Android"], ["Windows", "Windows"], ["Mac OS X", "Mac"],
  ["CrOS", "ChromeOS"], ["Linux", "Linux"]] as const;

export function deviceName(m: Messages, userAgent: string = navigator.userAgent): string {
  const named = (table: readonly (readonly [string, string])[]) => table.find(([mark]) => userAgent.includes(mark))?.[1];
  return m.common.deviceName(named(browsers) ?? m.common.unknownBrowser, named(systems) ?? m.common.unknownSystem);
}
