// Compiles gw, its runtime and its libraries into one file. Runs on Bun: `npm run build -- --help`.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { nearestName } from "../src/lib/nearest.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Bun's names, without `bun-`. */
const targets = ["linux-x64", "linux-x64-musl", "linux-arm64", "linux-arm64-musl"];

// Threads start from a module of their own. Its place below src/ is its address in the program.
const entryPoints = ["src/main.ts", "src/node/worker.ts"];

const help = `Usage: npm run build -- [--target TARGET] [--outfile FILE] [--commit NAME]

Compiles gw into one file that needs nothing else: dist/gw for this machine, or dist/gw-TARGET.

Options:
  --target TARGET   another machine: ${targets.join(", ")}
                    (a bun- in front is fine; Bun's runtime for it is downloaded once)
  --outfile FILE    write the program here instead
  --commit NAME     what 'gw version' says it was built from (default: git's HEAD)
  -h, --help        show this text

Examples:
  npm run build
  npm run build -- --target linux-arm64

Exit codes:
  0  built
  1  Bun could not build it
  2  unknown flag, argument or target
`;

process.exit(main(process.argv.slice(2)));

function main(words) {
  const given = readWords(words);
  if ("problem" in given) {
    console.error(`Error: ${given.problem}\nRun 'npm run build -- --help' for usage.`);
    return 2;
  }
  if (given.help) {
    process.stdout.write(help);
    return 0;
  }
  return build(given);
}

function readWords(words) {
  const options = {
    target: { type: "string" },
    outfile: { type: "string" },
    commit: { type: "string" },
    help: { type: "boolean", short: "h" },
  };
  let values;
  try {
    ({ values } = parseArgs({ args: words, options }));
  } catch (error) {
    return { problem: error.message };
  }
  const { target: givenTarget } = values;
  const target = givenTarget?.replace(/^bun-/, "").replace("aarch64", "arm64");
  if (target === undefined || targets.includes(target)) return { ...values, target };

  const nearest = nearestName(target, targets);
  const hint = nearest === undefined ? `known: ${targets.join(", ")}` : `did you mean ${nearest}?`;
  return { problem: `unknown target "${givenTarget}"; ${hint}` };
}

function build({ target, outfile, commit = findCommit() }) {
  const file = resolve(outfile ?? join(root, "dist", target === undefined ? "gw" : `gw-${target}`));
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  // Bun leaves source maps beside the program, which has them inside too. And a program that runs can only be replaced.
  const work = mkdtempSync(join(folder, ".build-"));
  try {
    const program = join(work, "gw");
    const words = ["build", ...flags(target, commit), ...entryPoints, "--outfile", program];
    const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: "inherit" });
    if (status !== 0) return 1;
    renameSync(program, file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const megabytes = (statSync(file).size / 1e6).toFixed(1);
  console.log(`${relative(process.cwd(), file)}: ${megabytes} MB, commit ${commit}`);
  return 0;
}

function flags(target, commit) {
  return [
    ...["--compile", "--minify", "--sourcemap", "--bytecode", "--format=esm"],
    // Without these two a program runs code that a bunfig.toml in its working directory names, and reads its .env.
    ...["--no-compile-autoload-dotenv", "--no-compile-autoload-bunfig"],
    ...["--define", `GW_COMMIT=${JSON.stringify(commit)}`],
    ...(target === undefined ? [] : ["--target", `bun-${target}`]),
  ];
}

/** `unknown` where this folder is no git checkout of its own: the commit of one around it would be wrong. */
function findCommit() {
  const top = git("rev-parse", "--show-toplevel");
  const head = git("rev-parse", "--short", "HEAD");
  if (top === undefined || head === undefined || resolve(top) !== resolve(root)) return "unknown";
  return git("status", "--porcelain") === "" ? head : `${head}+changes`;
}

/** What git prints; `undefined` when there is none, or it has no answer. */
function git(...words) {
  const { status, stdout } = spawnSync("git", words, { cwd: root, encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}
