import { nearestName } from "../lib/nearest.ts";
import { toByteText } from "../lib/percent.ts";
import { findUrlProblem } from "../lib/url-problem.ts";
import type { NodePath } from "./node.ts";
import { isComputedPlaceholder, patternPlaceholders, toTemplate } from "./placeholders.ts";
import type { Report } from "./report.ts";

/** Where a url pattern stands. */
export interface PatternOwner {
  readonly method: string;
  readonly route: string;
  /** Names of the endpoint's placeholders. */
  readonly placeholders: readonly string[];
  /** Path of the backend. */
  readonly path: NodePath;
}

/** Checks a `url_pattern` and returns it with templates: `/users/{{.Id}}`. */
export function toUrlTemplate(
  written: string,
  backendIndex: number,
  owner: PatternOwner,
  report: Report,
): string {
  const template = fillTemplates(written, backendIndex, owner, report);
  const problem = findUrlProblem(toByteText(template));
  if (problem !== undefined) {
    const message = `every call to this backend fails: ${problem}`;
    report.alarm([...owner.path, "url_pattern"], message, {
      expected:
        "a path and query in which a percent sign is %25 and a control character is escaped too",
    });
  }
  return template;
}

function fillTemplates(
  written: string,
  backendIndex: number,
  owner: PatternOwner,
  report: Report,
): string {
  const pattern = written.startsWith("/") ? written : `/${written}`;
  const names = patternPlaceholders(pattern);
  if (names.length === 0) return pattern;

  const { placeholders } = owner;
  // KrakenD leaves the last name out of this count; either way the start fails.
  const counted = names.slice(0, -1).filter((name) => !isComputedPlaceholder(name));
  const missing = names.find(
    (name) => !isComputedPlaceholder(name) && !placeholders.includes(name),
  );
  const areTooMany = counted.length > placeholders.length;
  if (areTooMany || missing !== undefined) {
    reportNames({ names, areTooMany, missing }, backendIndex, owner, report);
  }
  return toTemplate(pattern, names);
}

interface WrongNames {
  readonly names: readonly string[];
  readonly areTooMany: boolean;
  readonly missing: string | undefined;
}

function reportNames(
  { names, areTooMany, missing }: WrongNames,
  backendIndex: number,
  { method, route, placeholders, path }: PatternOwner,
  report: Report,
): void {
  const known = [...placeholders].sort();
  const where = `endpoint: ${method} ${route}, backend: ${backendIndex}. input: [${known.join(" ")}], output: [${names.join(" ")}]`;
  const expected =
    known.length === 0
      ? "no placeholders: the endpoint's path has none"
      : `only placeholders of the endpoint's path: ${known.map((name) => `{${name}}`).join(", ")}`;
  const patternPath = [...path, "url_pattern"];
  if (areTooMany) {
    report.error(patternPath, `input and output params do not match. ${where}`, { expected });
  }
  if (missing === undefined) return;
  const nearest = nearestName(missing, known);
  report.error(patternPath, `undefined output param '${missing}'! ${where}`, {
    expected,
    nearest: nearest && `{${nearest}}`,
  });
}
