import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";

interface Built { readonly file: string; readonly "content-type": string; readonly sha256: string; readonly immutable: boolean }

const target = mkdtempSync(join(tmpdir(), "segl-web-"));
let manifest: Record<string, Built>;
const text = (name: string): string => readFileSync(join(target, manifest[name]?.file ?? ""), "utf8");

before(async () => {
  const { build } = await import(pathToFileURL(resolve("build.mjs")).href) as { build(target: string): Promise<Record<string, Built>> };
  manifest = await build(target);
});
after(() => rmSync(target, { recursive: true, force: true }));

test("the manifest describes every file, and nothing else is there", () => {
  const files = readdirSync(target, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => entry.name);
  assert.equal(files.length, Object.keys(manifest).length + 1); // and manifest.json itself
  for (const [name, { file, sha256, immutable }] of Object.entries(manifest)) {
    assert.equal(createHash("sha256").update(readFileSync(join(target, file))).digest("hex"), sha256, name);
    assert.equal(immutable, file.includes(sha256.slice(0, 12)), name);
    assert.equal(immutable, !name.startsWith("app/"), name);
  }
});

test("the app's page obeys the policy: nothing inline, nothing from elsewhere", () => {
  const page = text("app/index.html");
  assert.doesNotMatch(page, /<style|\sstyle=|\son[a-z]+=|https?:/i);
  for (const [, source, body] of page.matchAll(/<script([^>]*)>([^<]*)<\/script>/g)) {
    assert.match(source ?? "", /src="\/assets\//);
    assert.equal(body, "");
  }
});

test("the style sheet stays small and asks for nothing outside", () => {
  const css = text("segl.css");
  assert.ok(css.length < 250_000, String(css.length));
  for (const [, address] of css.matchAll(/url\(["']?([^"')]+)/g)) {
    const name = address ?? "";
    assert.ok(/^(data:|%23)/.test(name) || Object.values(manifest).some(({ file }) => file === name), name.slice(0, 80));
  }
});

test("the service worker keeps the shell and never an answer of the interface", () => {
  const worker = text("app/sw.js");
  assert.doesNotMatch(worker, /app\/v1/);
  for (const name of ["segl.css", "app.js", "opaque-worker.js"]) assert.ok(worker.includes(`/assets/${manifest[name]?.file}`), name);
});

test("no source puts text into a page as markup", () => {
  const sources = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  assert.ok(sources.length > 30);
  for (const name of sources) {
    assert.doesNotMatch(readFileSync(join("src", name), "utf8"), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/, name);
  }
});
