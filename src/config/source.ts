import { readFileSync } from "node:fs";
import { extname } from "node:path";
import type { Finding } from "./finding.ts";

/** A configuration before it is read. */
export interface ConfigSource {
  readonly text: Uint8Array;
  /** The path as given, `embedded` with the name of a file, or `built-in`. */
  readonly name: string;
  readonly format: ConfigFormat;
}

/** What a file's extension says about its text. */
export type ConfigFormat = "json" | "yaml" | "toml";

/** Why a configuration cannot be used; at least one. */
export interface ConfigProblems {
  readonly problems: readonly Finding[];
}

/** Reads a file; its extension chooses the format. A file that cannot be read is a problem, never an exception. */
export function readConfigFile(path: string): ConfigSource | ConfigProblems {
  const extension = extname(path).toLowerCase();
  if (RETIRED_EXTENSIONS.has(extension)) {
    return problem(path, `the format ${extension} is not supported`, "a JSON, YAML or TOML file");
  }
  try {
    return { text: readFileSync(path), name: path, format: formatOf(path) };
  } catch (error) {
    return problem(path, describeSystemError(path, error), undefined);
  }
}

/** The format that a file name stands for; everything that is not YAML or TOML is JSON. */
export function formatOf(path: string): ConfigFormat {
  const extension = extname(path).toLowerCase();
  if (extension === ".yaml" || extension === ".yml") return "yaml";
  return extension === ".toml" ? "toml" : "json";
}

// KrakenD reads these as JSON and fails on the first byte; its documentation still lists them.
const RETIRED_EXTENSIONS = new Set([".hcl", ".properties", ".props", ".prop"]);

/** Go's words for what the system says. */
const SYSTEM_TEXTS = new Map([
  ["ENOENT", (path: string) => `open ${path}: no such file or directory`],
  ["ENOTDIR", (path: string) => `open ${path}: not a directory`],
  ["EACCES", (path: string) => `open ${path}: permission denied`],
  ["EPERM", (path: string) => `open ${path}: operation not permitted`],
  ["EISDIR", (path: string) => `read ${path}: is a directory`],
  ["ELOOP", (path: string) => `open ${path}: too many levels of symbolic links`],
  ["ENAMETOOLONG", (path: string) => `open ${path}: file name too long`],
]);

/** What the system says about a file that cannot be read, in Go's words. */
export function describeSystemError(path: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return SYSTEM_TEXTS.get(code)?.(path) ?? `open ${path}: ${code}`;
}

function problem(file: string, message: string, expected: string | undefined): ConfigProblems {
  const where = { file, line: undefined, column: undefined, path: "$", value: undefined };
  return { problems: [{ ...where, message, expected, nearest: undefined, severity: "error" }] };
}
