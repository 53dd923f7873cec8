import { type Finding, renderFinding, renderProblems } from "../config/finding.ts";
import type { BuiltRuntime } from "./check-runtime.ts";
import type { CommandContext } from "./command.ts";
import { paint } from "./paint.ts";

/** What `gw check` found. */
export interface CheckReport {
  /** Where it stopped, in KrakenD's words; `null`: all is well. */
  readonly failedAt: "parsing" | "linting" | "testing" | null;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** `null`: nothing was built. */
  readonly built: BuiltRuntime | null;
}

/** For programs: one object. `configuration` names what was checked. */
export function renderJsonReport(
  { failedAt, errors, warnings, built }: CheckReport,
  configuration: string,
): string {
  const report = { configuration, valid: failedAt === null, errors, warnings };
  return `${JSON.stringify(built === null ? report : { ...report, built }, null, 2)}\n`;
}

/** For people: warnings, the dump, what was built, and the verdict last. */
export function renderTextReport(
  { failedAt, errors, warnings, built }: CheckReport,
  dump: string,
  { err, environment }: CommandContext,
): string {
  // A finding that somebody must look at is called an error although gw starts.
  const lines = warnings.map((one) => `${one.severity.toUpperCase()} ${renderFinding(one)}\n`);
  const title = `ERROR ${failedAt} the configuration file:`;
  const verdict =
    failedAt === null
      ? paint("Syntax OK!", "green", err, environment)
      : `${paint(title, "red", err, environment)}\t${renderProblems(errors)}`;
  return `${lines.join("")}${dump}${built === null ? "" : renderBuilt(built)}${verdict}\n`;
}

function renderBuilt({ endpoints, backends, refused, unregistered }: BuiltRuntime): string {
  const lines = [`Built ${count(endpoints, "endpoint")} with ${count(backends, "backend")}`];
  for (const { endpoint, refusedBy } of refused) {
    lines.push(`Refused: ${endpoint}: gw does not have ${refusedBy.join(", ")}`);
  }
  for (const endpoint of unregistered) {
    lines.push(`Not served: ${endpoint}: only GET, POST, PUT, PATCH and DELETE are`);
  }
  return lines.map((line) => `${line}\n`).join("");
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
