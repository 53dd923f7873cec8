// Plays the recorded cases against gw.
//
//   bun test/golden/play.ts [--only TEXT] [--runtime bun|deno] [--cmd "gw run -c {config}"]
//                           [--jobs N] [--all] [--verbose]
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  findMistakes,
  type KnownDifferences,
  loadCase,
  loadKnownDifferences,
  type PlayedRuntime,
  withReplacement,
} from "./known-differences.ts";
import { foldersPlayedUnderDeno, playedFolders } from "./played-folders.ts";
import { judge, parseReports } from "./verdict.ts";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const casesFolder = join(here, "cases");

if (import.meta.main) process.exit(await main());

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      runtime: { type: "string", default: "bun" },
      cmd: { type: "string" },
      jobs: { type: "string", default: "2" },
      all: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
    },
  });
  const { runtime } = values;
  if (runtime !== "bun" && runtime !== "deno") throw new Error(`no such runtime: ${runtime}`);
  const known = loadKnownDifferences(here, runtime);
  const mistakes = findMistakes(known, casesFolder);
  for (const mistake of mistakes) console.log(`FAIL ${listName(runtime)}: ${mistake}`);

  const folders = values.all ? readdirSync(casesFolder) : foldersOf(runtime);
  const names = findCases(folders).filter((name) => name.includes(values.only));
  const command = values.cmd ?? commandOf(runtime);
  const output = await playCases(names, known, command, values.jobs);
  const failures = report(names, output, known, values.verbose);
  return failures + mistakes.length === 0 && names.length > 0 ? 0 : 1;
}

/** Prints what failed and the closing line; returns the number of failures. */
function report(
  names: string[],
  output: string,
  known: KnownDifferences,
  isVerbose: boolean,
): number {
  const reports = new Map(parseReports(output).map((one) => [one.name, one]));
  let passed = 0;
  let failed = 0;
  let differing = 0;
  for (const name of names) {
    const one = reports.get(name);
    const verdict =
      one === undefined
        ? { kind: "failed" as const, message: `FAIL ${name}: the runner said nothing about it` }
        : judge(one, known);
    if (verdict.kind === "passed") passed++;
    else if (verdict.kind === "known") differing++;
    else failed++;
    if (verdict.kind === "failed") console.log(verdict.message);
    else if (isVerbose) console.log(`${verdict.kind} ${name}`);
  }
  if (differing > 0) console.log(`${differing} cases differ as listed in test/golden/known.json`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed;
}

/** Runs the recorded runner over a copy in which our own expectations stand where they must; returns what it printed. */
async function playCases(
  names: string[],
  known: KnownDifferences,
  command: string,
  jobs: string,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "gw-golden-"));
  try {
    for (const name of names) writeCase(folder, name, known);
    return await runRunner(folder, command, jobs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeCase(folder: string, name: string, known: KnownDifferences): void {
  const from = join(casesFolder, `${name}.json`);
  const to = join(folder, `${name}.json`);
  mkdirSync(dirname(to), { recursive: true });
  const replacement = known.replacements.get(name);
  if (replacement === undefined) cpSync(from, to);
  else writeFileSync(to, JSON.stringify(withReplacement(loadCase(from), replacement)));
}

// Under Node.js, as it was recorded: the upstreams of the runner are that runtime's own.
function runRunner(folder: string, command: string, jobs: string): Promise<string> {
  const words = [join(here, "golden.mjs"), "run", "--cases", folder, "--jobs", jobs, "--verbose"];
  const child = spawn("node", [...words, "--cmd", command], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve(Buffer.concat(chunks).toString("utf8")));
  });
}

function findCases(folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) => readdirSync(join(casesFolder, folder)).map((file) => `${folder}/${file}`))
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

function foldersOf(runtime: PlayedRuntime): readonly string[] {
  return runtime === "deno" ? foldersPlayedUnderDeno : playedFolders;
}

function listName(runtime: PlayedRuntime): string {
  return runtime === "deno" ? "known.json with known-deno.json" : "known.json";
}

/** This checkout, under the runtime of its own `node_modules` or else of the path. */
function commandOf(runtime: PlayedRuntime): string {
  const own = join(root, "node_modules", ".bin", runtime);
  const program = existsSync(own) ? own : runtime;
  const words = runtime === "deno" ? [program, "run", "-A"] : [program];
  return [...words, join(root, "src", "main.ts"), "run", "-c", "{config}"].join(" ");
}
