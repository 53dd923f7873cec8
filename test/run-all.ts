// Everything there is to test: `npm test`. Ends in a line `N passed, N failed`.
//
//   bun test/run-all.ts [--no-skips]      --no-skips: a skipped test is a failed one, unless its
//                                         name says that it is "not possible here"
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  notPossibleHere,
  renderTally,
  sum,
  type Tally,
  tallyOfJunit,
  tallyOfLine,
} from "./tally.ts";

const root = join(import.meta.dir, "..");
const bun = process.execPath;

process.exit(await main());

async function main(): Promise<number> {
  console.log("Recorded transcripts:");
  const golden = await playGolden();
  console.log("\nThe same under Deno, in part:");
  const underDeno = await playGolden("--runtime", "deno");
  console.log("\nUnit tests and tests of the whole gateway:");
  const { tally: tests, impossible } = await runTests();

  const all = sum([tests, golden, underDeno]);
  const total = process.argv.includes("--no-skips") ? skipsAsFailures(all, impossible.length) : all;
  console.log(`\nunit and whole-gateway tests: ${renderTally(tests)}`);
  console.log(`recorded transcripts: ${renderTally(golden)}`);
  console.log(`recorded transcripts under Deno: ${renderTally(underDeno)}`);
  for (const name of impossible) console.log(`skipped: ${name}`);
  console.log(renderTally(total));
  return total.failed === 0 ? 0 : 1;
}

/** What the tests came to, and the names of those that this machine cannot run at all. */
async function runTests(): Promise<{ tally: Tally; impossible: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), "gw-tests-"));
  const reportFile = join(folder, "junit.xml");
  try {
    const flags = ["--reporter=junit", `--reporter-outfile=${reportFile}`];
    const { exitCode } = await run(["test", ...flags, "./src", "./test"]);
    const report = readIfPresent(reportFile);
    return { tally: tallyOfJunit(report, exitCode), impossible: notPossibleHere(report) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function playGolden(...words: readonly string[]): Promise<Tally> {
  const { exitCode, output } = await run(["test/golden/play.ts", ...words]);
  return tallyOfLine(output, exitCode);
}

function skipsAsFailures({ passed, failed, skipped }: Tally, impossible: number): Tally {
  return { passed, failed: failed + skipped - impossible, skipped: 0 };
}

/** Runs Bun with these words, shows what it prints and returns it too. */
function run(words: readonly string[]): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn(bun, words, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    process.stdout.write(chunk);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => {
      resolve({ exitCode, output: Buffer.concat(chunks).toString("utf8") });
    });
  });
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The runner died before it wrote the report; its exit code says the rest.
    return undefined;
  }
}
