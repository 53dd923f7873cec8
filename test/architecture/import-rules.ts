import type { SourceFile } from "./source-files.ts";

/** Everybody may import these: they know nothing of who uses them. */
const foundations = [
  "contracts",
  "results",
  "errors",
  "version",
  "config/model",
  "http1",
  "http2",
  "json",
  "xml",
  "yaml",
  "feed",
  "lib",
];

/** The way of a request: each part may import itself and what stands after it, never what stands before. */
const requestPath = ["server", "router", "endpoint", "proxy", "backend", "upstream", "platform"];

/** A unit is a folder of `src`, or a file directly in it; what it may import besides itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(requestPath.map((unit, index) => [unit, afterOnPath(index)])),
  main: ["commands", "config", ...foundations, "platform"],
  commands: [
    "cluster",
    "config",
    "logging",
    "node",
    "pipeline",
    "telemetry",
    ...foundations,
    "platform",
  ],
  node: ["config", "logging", "pages", "pipeline", "telemetry", ...requestPath, ...foundations],
  pipeline: ["features", ...foundations],
  features: ["features/feature", ...foundations],
  pages: ["logging", ...foundations],
  telemetry: ["logging", ...foundations],
  logging: [...foundations, "platform"],
  cluster: ["config", "lib"],
  config: ["errors", "http1/header-list", "json", "lib"],
  contracts: foundations,
  results: foundations,
  version: [],
  errors: ["lib", "platform"],
  platform: ["lib"],
  http1: ["lib"],
  http2: ["contracts", "http1", "lib"],
  feed: ["json", "xml", "lib"],
  xml: ["json", "lib"],
  yaml: ["json", "lib"],
  json: ["lib"],
  lib: [],
};

/** Imports that run against the direction, one sentence each. */
export function findWrongDirections(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const unit = unitOf(file.path);
    const allowed = mayImport[unit];
    if (allowed === undefined) return [`${file.path}: "${unit}" has no row in import-rules.ts`];
    return file.ownImports
      .filter((target) => target.startsWith("src/") && !isAllowed(file.path, target, allowed))
      .map((target) => `${file.path}: ${unit} may not import ${target}`);
  });
}

/** Circles of imports, each once, as `a -> b -> a`. */
export function findCycles(files: readonly SourceFile[]): string[] {
  const imports = new Map(files.map((file) => [file.path, file.ownImports]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const from = trail.indexOf(path);
    if (from >= 0) cycles.push([...trail.slice(from), path].join(" -> "));
    if (from >= 0 || done.has(path)) return;
    for (const next of imports.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const file of files) visit(file.path, []);
  return cycles;
}

function isAllowed(path: string, target: string, allowed: readonly string[]): boolean {
  if (folderOf(path) === folderOf(target)) return true;
  const name = target.slice("src/".length, -".ts".length);
  return allowed.some((one) => name === one || name.startsWith(`${one}/`));
}

/** What may import itself freely: a unit, and of the features each one alone. */
function folderOf(path: string): string {
  const unit = unitOf(path);
  return unit === "features" ? path.split("/").slice(0, 3).join("/") : unit;
}

function unitOf(path: string): string {
  const [, first = "", ...rest] = path.split("/");
  return rest.length === 0 ? first.replace(/\.ts$/, "") : first;
}

function afterOnPath(index: number): string[] {
  const own = requestPath[index] === "platform" ? ["lib"] : [...foundations, "logging"];
  return [...requestPath.slice(index + 1), ...own];
}
