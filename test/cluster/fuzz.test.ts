import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../http1/random.ts";
import { findTool } from "../support/find-tool.ts";
import { type CommandResult, gw } from "../support/gw.ts";
import { type FuzzInput, randomInput, randomTimes } from "./fuzz-inputs.ts";
import { askHaproxy } from "./support/ask-haproxy.ts";

const SEED = Number(process.env.GW_TEST_SEED ?? 20_261_124);
const INPUTS = 2_000;

const TIMES = 500;

/** Those that a real HAProxy reads, where they are accepted. */
const CHECKED_INPUTS = 200;

const haproxy = findTool("haproxy");
const folder = mkdtempSync(join(tmpdir(), "gw-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SECTIONS =
  /^global defaults( resolvers-dns)?( peers-lb)? frontend-gw( backend-gw_rate)? backend-gw( frontend-stats)?$/;

test(`whatever is accepted has exactly its nodes and sections, and what is refused prints nothing (seed ${SEED})`, async () => {
  const random = createRandom(SEED);
  let accepted = 0;

  for (let index = 0; index < INPUTS; index++) {
    const input = randomInput(random);
    const result = await render(input, "one");
    if (result.code === 0) accepted++;
    const complaint = findComplaint(input, result);
    expect(complaint, JSON.stringify(input)).toBe("");
  }

  console.log(`fuzzed node lists and flags, seed ${SEED}: ${accepted} of ${INPUTS} accepted`);
  expect(accepted).toBeGreaterThan(INPUTS / 10);
  expect(accepted).toBeLessThan(INPUTS * 0.9);
});

test.each([
  [["systemd"], /\nTimeoutStopSec=[1-9]\d*s\n/],
  [["elb", "--type", "alb"], /timeout_seconds, Value: "[1-9]\d{0,3}"\}\n/],
  [["elb", "--type", "nlb"], /timeout_seconds, Value: "[1-9]\d{0,3}"\}\n/],
  [["haproxy"], /\n {4}timeout http-request [1-9]\d*m?s\n/],
])(`%j takes or refuses whatever times there are (seed ${SEED})`, async (words, needed) => {
  const random = createRandom(SEED);
  const config = join(folder, "times.json");
  const hosts = join(folder, "times.txt");
  writeFileSync(hosts, "10.0.0.11\n");
  const nodes = words.includes("haproxy") ? ["--nodes", hosts] : [];
  let accepted = 0;

  for (let index = 0; index < TIMES; index++) {
    const { root, shutdownDelay } = randomTimes(random);
    writeFileSync(config, JSON.stringify(root));
    const variables = { GW_SHUTDOWN_DELAY: shutdownDelay };
    const result = await gw([...words, ...nodes, "-c", config], variables);
    if (result.code === 0) accepted++;
    const complaint = findRefusal(result) ?? findOddity(result, needed);
    expect(complaint, JSON.stringify({ root, shutdownDelay })).toBe("");
  }

  expect(accepted).toBeGreaterThan(TIMES / 20);
  expect(accepted).toBeLessThan(TIMES * 0.9);
});

test.skipIf(haproxy === undefined)(
  `whatever is accepted, HAProxy accepts without a warning (seed ${SEED})`,
  async () => {
    const random = createRandom(SEED);
    const inputs = Array.from({ length: CHECKED_INPUTS }, () => randomInput(random));
    const waiting = [...inputs.entries()];
    const complaints: string[] = [];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, input] = next;
        const { code, out } = await render(input, String(index));
        const said = code === 0 ? await askHaproxy(out, join(folder, `${index}.cfg`)) : "";
        if (said !== "") complaints.push(`${JSON.stringify(input)}\n${said}`);
      }
    };

    await Promise.all([work(), work(), work()]);

    expect(complaints).toEqual([]);
  },
);

function render({ list, flags, healthPath }: FuzzInput, name: string): Promise<CommandResult> {
  const hosts = join(folder, `${name}.txt`);
  const config = join(folder, `${name}.json`);
  writeFileSync(hosts, list);
  const router = { health_path: healthPath };
  writeFileSync(config, JSON.stringify({ version: 3, extra_config: { router }, endpoints: [] }));
  return gw(["haproxy", "--nodes", hosts, "-c", config, ...flags]);
}

/** What is wrong with a result; empty: nothing. */
function findComplaint({ list }: FuzzInput, result: CommandResult): string {
  const refusal = findRefusal(result);
  if (refusal !== undefined) return refusal;

  const { out } = result;
  const lines = out.split("\n");
  const servers = lines.filter((line) => /^ {4}server(-template)? /.test(line));
  const heads = lines.filter((line) => /^[^ #]/.test(line)).map((line) => line.replace(" ", "-"));
  if (servers.length !== countNodes(list))
    return `${servers.length} servers:\n${servers.join("\n")}`;
  if (!SECTIONS.test(heads.join(" "))) return `sections ${heads.join(", ")}`;
  return findOddity(result, /^/);
}

/** What is wrong with how a command refused; empty: nothing; `undefined`: it did not refuse. */
function findRefusal({ code, out, err }: CommandResult): string | undefined {
  if (code === 0) return undefined;
  if (code !== 1 && code !== 2) return `ended with ${code}: ${err}`;
  return out === "" && err !== "" ? "" : `refused with ${code}, but printed ${out}, said ${err}`;
}

function findOddity({ out }: CommandResult, needed: RegExp): string {
  if (/[^\n\x20-\x7e]/.test(out)) return "a character that is not printable ASCII";
  if (/NaN|undefined|Infinity|"-\d|\de[+-]\d/.test(out)) return `an odd number: ${out}`;
  return needed.test(out) ? "" : `no ${needed}: ${out}`;
}

/** Counts on its own, without the parser: lines that are more than a comment, and ranges by their ends. */
function countNodes(list: string): number {
  const lines = list.replace(/^\ufeff/, "").split(/[\r\n]/);
  const entries = lines
    .map((line) => line.replace(/#.*/u, "").trim())
    .filter((line) => line !== "");
  return entries.reduce((sum, entry) => {
    const range = /\[(\d+)-(\d+)\]/.exec(entry);
    return sum + (range === null ? 1 : Number(range[2]) - Number(range[1]) + 1);
  }, 0);
}
