// Looks at a page as axe-core does, and takes its picture, narrow and wide.

import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shots = fileURLToPath(new URL("shots/", import.meta.url));
const WIDTHS = [360, 1280];
const HEIGHT = 800;
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const GRAVE = ["serious", "critical"];

/** What is wrong with the page as it is shown: one line each, none if nothing is. Pictures go to shots/. */
export async function look(page, name) {
  mkdirSync(shots, { recursive: true });
  const before = page.viewportSize();
  const faults = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    const { lang, sideways, violations } = await examine(page);
    await page.screenshot({ path: `${shots}${name}-${lang}-${width}.png`, fullPage: true });
    const where = `${name} (${lang}, ${width} px)`;
    if (sideways > 0) faults.push(`${where}: ${sideways} px too wide, so it scrolls sideways`);
    for (const { id, impact, nodes } of violations.filter((one) => GRAVE.includes(one.impact))) {
      faults.push(`${where}: ${impact} ${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" | ")}`);
    }
  }
  await page.setViewportSize(before);
  return faults;
}

async function examine(page) {
  // Not a script of the page, so the page's own policy does not stop it.
  await page.evaluate(axe);
  return page.evaluate(async (rules) => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"], runOnly: { type: "tag", values: rules } });
    const root = document.documentElement;
    return {
      lang: root.lang,
      sideways: root.scrollWidth - root.clientWidth,
      violations: violations.map(({ id, impact, nodes }) => ({
        id, impact, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })),
      })),
    };
  }, RULES);
}
