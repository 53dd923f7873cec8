// Installs what is missing before `npm start`, `npm test` and `npm run check`. Plain Node.js: nothing else is there yet.
//
//   node scripts/setup.mjs                  what gw needs to run
//   node scripts/setup.mjs --development    every package: types, linter, the second runtime
//   node scripts/setup.mjs --tests          the same, and the programs that tests start (Debian packages, as root only)
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { missingPackages } from "./missing-packages.mjs";
import { missingTools } from "./test-tools.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const isForTests = process.argv.includes("--tests");
const needsAll = isForTests || process.argv.includes("--development");

await installPackages();
if (isForTests) await installTools();

async function installPackages() {
  const missing = missingPackages(root, needsAll);
  if (missing.length > 0) {
    const what = needsAll
      ? "everything gw's development needs, about 350 MB on disk"
      : "the Bun runtime and gw's libraries, about 160 MB on disk";
    say(`installing ${what} (npm ci, only this once) ...`);
    const arguments_ = needsAll ? ["ci", "--include=dev"] : ["ci", "--omit=dev"];
    // On Windows npm is a command file, which only a shell can start.
    await run("npm", arguments_, { cwd: root, shell: process.platform === "win32" });
    say("installed.");
  }
  if (!doesBunRun()) finishBun();
}

/** The package's own script puts the binary in place; npm does not run it where scripts are switched off. */
function finishBun() {
  say("putting the Bun runtime in place ...");
  const folder = join(root, "node_modules", "bun");
  spawnSync(process.execPath, ["install.js"], { cwd: folder, stdio: "inherit" });
  if (!doesBunRun()) fail("node_modules/.bin/bun does not run on this machine.");
}

function doesBunRun() {
  const binary = join(root, "node_modules", "bun", "bin", "bun.exe");
  return spawnSync(binary, ["--version"], { stdio: "ignore" }).status === 0;
}

async function installTools() {
  const missing = missingTools();
  if (missing.length === 0) return;

  const names = [...new Set(missing.map((tool) => tool.debianPackage))];
  if (process.getuid?.() !== 0) {
    say(`not installed, their tests are skipped: ${names.join(", ")}`);
    say(`to run them too: sudo apt-get install ${names.join(" ")}`);
    return;
  }
  say(`installing ${names.join(", ")} (apt-get, for tests) ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const isUpdated = await succeeds("apt-get", ["update", "-qq"], { env });
  const flags = ["install", "-qq", "-y", "--no-install-recommends"];
  const isInstalled = isUpdated && (await succeeds("apt-get", [...flags, ...names], { env }));
  if (!isInstalled) say(`could not install ${names.join(", ")}: their tests are skipped`);
}

async function run(command, words, options) {
  if (await succeeds(command, words, options)) return;
  fail(`"${command} ${words.join(" ")}" failed; its messages are above.`);
}

/** Runs a command, shows what it prints and, while it is silent, that it still works. */
function succeeds(command, words, options) {
  const startedAt = Date.now();
  const child = spawn(command, words, { stdio: ["ignore", "inherit", "inherit"], ...options });
  const ticker = setInterval(() => {
    say(`still at it, ${Math.round((Date.now() - startedAt) / 1000)} s ...`);
  }, 5000);
  return new Promise((resolve) => {
    child.once("error", () => resolve(false));
    child.once("close", (code) => resolve(code === 0));
  }).finally(() => clearInterval(ticker));
}

// On stderr, so that the output of what runs next stays its own.
function say(text) {
  console.error(`gw setup: ${text}`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
