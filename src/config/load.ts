/** From the bytes of a file to the frozen model, or to everything that is wrong with it. */
import { deepFreeze } from "../lib/deep-freeze.ts";
import { coerceInteger } from "../lib/go-coerce.ts";
import { foldAttributes } from "./attributes.ts";
import { decodeService } from "./decode.ts";
import { type Environment, overlayEnvironment, templatesFinding } from "./environment.ts";
import { type Finding, renderProblems } from "./finding.ts";
import type { ServiceConfig } from "./model.ts";
import { type ConfigDocument, memberNamed, type ObjectNode, type SyntaxProblem } from "./node.ts";
import { normalizeService } from "./normalize.ts";
import { checkNumbers } from "./numbers.ts";
import { parseJson } from "./parse-json.ts";
import { parseToml } from "./parse-toml.ts";
import { parseYaml } from "./parse-yaml.ts";
import { readProxies } from "./proxies.ts";
import { Report } from "./report.ts";
import type { RawService } from "./schema.ts";
import { warnAboutSlips } from "./slips.ts";
import type { ConfigFormat, ConfigProblems, ConfigSource } from "./source.ts";

/** What stands beside the file: the process's variables and the command line. */
export interface LoadOptions {
  readonly environment: Environment;
  /** `-p`; 0 counts as absent. */
  readonly port?: number | undefined;
  /** `-d` */
  readonly isDebug?: boolean | undefined;
}

/** A usable configuration. A warning of severity `error` marks what somebody must look at all the same. */
export interface LoadedConfig {
  readonly config: ServiceConfig;
  readonly warnings: readonly Finding[];
  /** The attributes as the file has them, checked: for whoever describes the file. */
  readonly raw: RawService;
  /** The bytes that were read, before variables. */
  readonly text: Uint8Array;
  /** Takes what later checks find; it knows the places of the file. */
  readonly report: Report;
}

/** Reads a configuration. All problems are collected, in the order of the file; it never throws for bad input. */
export function loadConfig(
  source: ConfigSource,
  options: LoadOptions,
): LoadedConfig | ConfigProblems {
  const loaded = readConfig(source, options);
  const finding = templatesFinding(options.environment);
  if (finding === undefined) return loaded;
  // A template is hardly ever valid JSON: the remedy stands before what follows from it.
  if ("problems" in loaded) return { problems: [finding, ...loaded.problems] };
  return { ...loaded, warnings: [finding, ...loaded.warnings] };
}

/** What `run` and `check` print for a configuration that cannot be used, KrakenD's words first. */
export function renderLoadFailure({ problems }: ConfigProblems): string {
  return `ERROR parsing the configuration file: ${renderProblems(problems)}`;
}

function readConfig(
  source: ConfigSource,
  { environment, port, isDebug = false }: LoadOptions,
): LoadedConfig | ConfigProblems {
  const document = parse(source);
  if ("kind" in document) return { problems: [syntaxFinding(document, source.name)] };

  const { root, warnings } = overlayEnvironment(document.root, environment);
  const report = new Report(source.name, { ...document, root });
  const attributes = foldAttributes(root, report);
  checkVersion(attributes.version, report);
  if (report.problems.length > 0) return { problems: report.problems };

  checkNumbers(root, report);
  const raw = decodeService(attributes, report);
  const { proxies, findings } = readProxies(environment);
  const config = normalizeService(raw, { source: source.name, port, isDebug, proxies }, report);
  checkEndpointList(root, report);
  if (report.problems.length > 0) return { problems: inFileOrder(report.problems) };
  warnAboutSlips(config, attributes, report);
  const notes = document.notes.map((note) =>
    noteFinding(note.message, note.offset, source.name, document),
  );
  return {
    config: deepFreeze(config),
    warnings: inFileOrder([...warnings, ...findings, ...notes, ...report.warnings]),
    raw,
    text: source.text,
    report,
  };
}

/** The file format that gw reads. */
const VERSION = 3;

const PARSERS: Readonly<
  Record<ConfigFormat, (bytes: Uint8Array) => ConfigDocument | SyntaxProblem>
> = { json: parseJson, yaml: parseYaml, toml: parseToml };

/** An object with anything but an endpoint's attributes would be a gateway without endpoints. */
function checkEndpointList(root: ObjectNode, report: Report): void {
  const node = memberNamed(root, "endpoints")?.node;
  if (node?.kind !== "object" || node.members.length === 0) return;
  if (memberNamed(node, "endpoint") !== undefined || memberNamed(node, "backend") !== undefined)
    return;
  report.error(["endpoints"], "ignoring the ' /' endpoint, since it has 0 backends defined!", {
    expected: "a list of endpoints",
  });
}

type RootedDocument = ConfigDocument & { readonly root: ObjectNode };

function parse({ text, format }: ConfigSource): RootedDocument | SyntaxProblem {
  if (isBlank(text)) {
    const message = format === "json" ? "unexpected end of JSON input" : "no document";
    return problem(`${message}: the file is empty`, { line: undefined, column: undefined });
  }
  const document = PARSERS[format](text);
  if ("kind" in document) return document;
  const { root } = document;
  if (root.kind === "object") return { ...document, root };

  const found = root.kind === "list" ? "array" : root.value === null ? "null" : typeof root.value;
  const type = found === "boolean" ? "bool" : found;
  return problem(
    `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`,
    document.locate(root.offset),
  );
}

function problem(message: string, position: Pick<SyntaxProblem, "line" | "column">): SyntaxProblem {
  return { kind: "syntax-problem", message, ...position, expected: "an object at the root" };
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

function checkVersion(written: unknown, report: Report): void {
  const version = coerceInteger(written);
  if (version === VERSION) return;
  const hints = { expected: '"version": 3' };
  if (typeof version === "number") {
    report.error(["version"], `unsupported version: ${version} (want: ${VERSION})`, hints);
  } else {
    report.error(["version"], version.message, hints);
  }
}

function syntaxFinding(problem: SyntaxProblem, file: string): Finding {
  const { message, line, column, expected } = problem;
  const place = { file, line, column, path: "$", value: undefined };
  return { ...place, message, expected, nearest: undefined, severity: "error" };
}

function noteFinding(
  message: string,
  offset: number | undefined,
  file: string,
  document: ConfigDocument,
): Finding {
  const position =
    offset === undefined ? { line: undefined, column: undefined } : document.locate(offset);
  const place = { file, ...position, path: "$", value: undefined };
  return { ...place, message, expected: undefined, nearest: undefined, severity: "warning" };
}

/** Sorts findings by their places. Those of variables come first: they have no line. */
export function inFileOrder(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (left, right) =>
      (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0),
  );
}
