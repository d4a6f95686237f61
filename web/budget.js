// Fails the build when what a browser loads grows beyond what was agreed on: kilobytes after gzip.
import { readFileSync, rmSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET = {
  "the page, before anything is done": 48,
  "uploading, with the first file": 26,
  "the operator's view": 30,
  webhooks: 5,
};

const DIST = new URL("./dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", DIST), "utf8"));

/** All files that a module needs at once. */
function filesOf(name, found = new Set()) {
  const { file, imports = [], css = [] } = manifest[name];
  for (const each of [file, ...css]) found.add(each);
  for (const each of imports) if (!found.has(manifest[each].file)) filesOf(each, found);
  return found;
}

const size = (files) =>
  [...files].reduce(
    (sum, file) => sum + gzipSync(readFileSync(new URL(file, DIST)), { level: 9 }).length,
    0,
  ) / 1_000;

const page = filesOf("index.html");
page.add("index.html");
const beyond = (name) => [...filesOf(name)].filter((file) => !page.has(file));
const measured = {
  "the page, before anything is done": size(page),
  "uploading, with the first file": size(beyond("src/uploads/transfer.ts")),
  "the operator's view": size(beyond("src/views/operator/Operator.tsx")),
  webhooks: size(beyond("src/views/webhooks/Webhooks.tsx")),
};

// Nobody who visits the page needs it.
rmSync(new URL(".vite/", DIST), { recursive: true });

let over = false;
for (const [what, kilobytes] of Object.entries(measured)) {
  console.log(`${kilobytes.toFixed(1).padStart(6)} KB of ${BUDGET[what]} KB  ${what}`);
  over ||= kilobytes > BUDGET[what];
}
if (over) {
  console.error(
    "The page has outgrown its budget. Make it smaller, or raise the budget in budget.js and say why.",
  );
  process.exit(1);
}
