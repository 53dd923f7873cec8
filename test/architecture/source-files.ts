import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { stripCode } from "./strip-code.ts";

/** A file of the product, as the rules see it. */
export interface SourceFile {
  /** From the repository's root: `src/http1/header-list.ts`. */
  readonly path: string;
  readonly text: string;
  /** Without comments and string contents. */
  readonly code: string;
  /** Specifiers as written, type-only ones included. */
  readonly imports: readonly string[];
  /** Those of our own, as paths from the root. */
  readonly ownImports: readonly string[];
}

/** The product's files, sorted; tests beside the code are not among them. */
export function loadSourceFiles(root: string): SourceFile[] {
  return readdirSync(`${root}/src`, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .sort()
    .map((name) => toSourceFile(`src/${name}`, readFileSync(`${root}/src/${name}`, "utf8")));
}

/** A file from its path and text. */
export function toSourceFile(path: string, text: string): SourceFile {
  const imports = findImports(text);
  const ownImports = imports
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => posix.join(posix.dirname(path), specifier));
  return { path, text, code: stripCode(text), imports, ownImports };
}

const IMPORT =
  /^(?:import|export)\s(?:[^;"'`]*?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;

function findImports(text: string): string[] {
  return [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? "");
}
