// Plays the recorded cases against gw.
//
//   bun test/golden/play.ts [--only TEXT] [--cmd "gw run -c {config}"] [--jobs N] [--all] [--verbose]
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
  withReplacement,
} from "./known-differences.ts";
import { playedFolders } from "./played-folders.ts";
import { judge, parseReports } from "./verdict.ts";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const casesFolder = join(here, "cases");

if (import.meta.main) process.exit(await main());

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      cmd: { type: "string", default: defaultCommand() },
      jobs: { type: "string", default: "2" },
      all: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
    },
  });
  const known = loadKnownDifferences(here);
  const mistakes = findMistakes(known, casesFolder);
  for (const mistake of mistakes) console.log(`FAIL known.json: ${mistake}`);

  const names = findCases(values.all).filter((name) => name.includes(values.only));
  const output = await playCases(names, known, values.cmd, values.jobs);
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

function findCases(isAll: boolean): string[] {
  const folders = isAll ? readdirSync(casesFolder) : playedFolders;
  return folders
    .flatMap((folder) => readdirSync(join(casesFolder, folder)).map((file) => `${folder}/${file}`))
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

function defaultCommand(): string {
  const bun = join(root, "node_modules", ".bin", "bun");
  return `${existsSync(bun) ? bun : "bun"} ${join(root, "src", "main.ts")} run -c {config}`;
}
