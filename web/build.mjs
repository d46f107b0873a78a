// Writes dist/: few files, a content hash in each name except those whose address must stay (everything in dist/app/), and
// dist/manifest.json, which maps a stable name to {file, content-type, sha256, immutable}. dist/* is served at /assets/,
// dist/app/* at /app/. Deterministic: the same sources give the same bytes.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const dkfds = join(here, "node_modules/dkfds/dist");
const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};
/** What the bundle contains of others' work, each with its licence's own text. */
const licences = {
  "dkfds": "dkfds/LICENSE.md",
  "IBM Plex Sans": "dkfds/dist/fonts/IBMPlexSans/split/woff2/license.txt",
  "@serenity-kit/opaque": "@serenity-kit/opaque/LICENSE",
  "qr": "qr/LICENSE-MIT",
};

let dist = "";
let manifest = {};

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Writes one file and notes it in the manifest; returns the address that pages use. */
function emit(name, content, { hashed = true } = {}) {
  const bytes = Buffer.from(content);
  const digest = sha256(bytes);
  const extension = extname(name);
  const file = hashed ? `${name.slice(0, -extension.length)}-${digest.slice(0, 12)}${extension}` : name;
  mkdirSync(dirname(join(dist, file)), { recursive: true });
  writeFileSync(join(dist, file), bytes);
  manifest[name] = { file, "content-type": types[extension], sha256: digest, immutable: hashed };
  return hashed ? `/assets/${file}` : `/${file}`;
}

/** DKFDS's sources are found by their own names, our layer relative to the file. */
function compileScss() {
  const { css } = sass.compile(join(here, "src/styles/segl.scss"), {
    loadPaths: [join(dkfds, "scss"), join(here, "src/styles")],
    style: "compressed",
    quietDeps: true,
    silenceDeprecations: ["import", "if-function", "global-builtin", "color-functions"],
    logger: sass.Logger.silent,
  });
  return css;
}

/** Fonts become files of their own, icons become data: URLs (the policy allows img-src data:). */
async function bundleCss(css) {
  const designSystem = {
    name: "design-system",
    setup(build) {
      build.onResolve({ filter: /\.woff2$/ }, ({ path }) => {
        const address = emit(fontName(path), readFileSync(join(here, "node_modules", path)));
        return { path: basename(address), external: true };
      });
      build.onResolve({ filter: /^dkfds\// }, ({ path }) => ({ path: join(here, "node_modules", path) }));
      build.onResolve({ filter: /^\.\.\/img\// }, ({ path }) => ({ path: join(dkfds, path.slice(3)) }));
      build.onResolve({ filter: /seal-mask\.svg$/ }, () => ({ path: join(here, "src/styles/layer/seal-mask.svg") }));
    },
  };
  const result = await esbuild.build({
    stdin: { contents: css, loader: "css", resolveDir: here },
    bundle: true, minify: true, write: false, legalComments: "none", charset: "utf8",
    loader: { ".svg": "dataurl" }, plugins: [designSystem],
  });
  return result.outputFiles[0].text;
}

const fontName = (path) => basename(path).toLowerCase().replace("ibmplexsans", "plex");

async function bundleScript(entry, define = {}) {
  const result = await esbuild.build({
    entryPoints: [join(here, entry)],
    bundle: true, minify: true, write: false, format: "esm", target: "es2022", charset: "utf8", legalComments: "none", define,
  });
  return result.outputFiles[0].text;
}

function fill(template, values) {
  return readFileSync(join(here, template), "utf8").replace(/\{\{([\w.-]+)\}\}/g, (_, key) => {
    if (!(key in values)) throw new Error(`${template}: nothing to put at {{${key}}}`);
    return values[key];
  });
}

/** Builds everything into `target`; returns the manifest. */
export async function build(target = join(here, "dist")) {
  dist = target;
  manifest = {};
  rmSync(dist, { recursive: true, force: true });
  const css = emit("segl.css", await bundleCss(compileScss()));
  for (const page of ["wait", "form-post", "common"]) emit(`${page}.js`, await bundleScript(`src/pages/${page}.ts`));

  const worker = emit("opaque-worker.js", await bundleScript("src/crypto/opaque_worker.ts"));
  const app = emit("app.js", await bundleScript("src/app.ts", { OPAQUE_WORKER_URL: JSON.stringify(worker) }));
  const icons = Object.fromEntries(["icon-192.png", "icon-512.png", "icon-maskable-512.png", "icon.svg"]
    .map((name) => [name, emit(name, readFileSync(join(here, "icons", name)))]));

  emit("app/manifest.webmanifest", fill("src/app/manifest.webmanifest", icons), { hashed: false });
  emit("app/index.html", fill("src/app/index.html", { css, app, worker, ...icons }), { hashed: false });

  const fonts = Object.keys(manifest).filter((name) => name.endsWith("latin1.woff2")).map((name) => `/assets/${manifest[name].file}`);
  const shell = ["/app/", css, app, worker, icons["icon-192.png"], icons["icon.svg"], ...fonts];
  const version = sha256(JSON.stringify(manifest)).slice(0, 12);
  emit("app/sw.js", await bundleScript("src/sw.ts", { SHELL_FILES: JSON.stringify(shell), SHELL_VERSION: JSON.stringify(version) }), { hashed: false });

  emit("licences.txt", Object.entries(licences)
    .map(([name, file]) => `${name}\n\n${readFileSync(join(here, "node_modules", file), "utf8").trim()}\n`).join("\n\n"));
  const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(join(dist, "manifest.json"), `${JSON.stringify(sorted, null, 1)}\n`);
  return sorted;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const [name, { file }] of Object.entries(await build())) {
    console.log(`${String(readFileSync(join(dist, file)).length).padStart(8)}  ${name}`);
  }
}
