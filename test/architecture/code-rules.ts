import type { SourceFile } from "./source-files.ts";

/** A rule about what a file's text may hold. */
export interface CodeRule {
  /** A sentence that a reader of the failure understands. */
  readonly name: string;
  /** What the file does against it: an empty list where all is well. */
  readonly find: (file: SourceFile) => string[];
}

/** The rules that every file of the product keeps. */
export const codeRules: readonly CodeRule[] = [
  {
    name: "only platform/ names a runtime or opens sockets",
    find: unless(/^src\/platform\//, (file) => [
      ...matches(file.code, /\b(?:Bun|Deno)\b/),
      ...file.imports.filter((one) =>
        /^(?:node:net|node:tls|node:http2?|node:https|bun(?::.*)?)$/.test(one),
      ),
    ]),
  },
  {
    name: "only main.ts and config/ read the environment",
    find: unless(/^src\/(?:main\.ts|config\/)/, (file) => matches(file.code, /\bprocess\.env\b/)),
  },
  {
    name: "only main.ts reads the command line",
    find: unless(/^src\/main\.ts$/, (file) => matches(file.code, /\bprocess\.argv\b/)),
  },
  {
    name: "only commands/ and main.ts write to the console",
    find: unless(/^src\/(?:main\.ts|commands\/)/, (file) => matches(file.code, /\bconsole\./)),
  },
  {
    name: "no file gathers the exports of others",
    find: (file) => [
      ...matches(file.path, /\/index\.ts$/),
      ...matches(file.code, /^export (?:type )?(?:\*|\{[^}]*\}) from\b/m),
    ],
  },
  { name: "no default exports", find: (file) => matches(file.code, /^export default\b/m) },
  {
    name: "imports name the file with its extension",
    find: (file) => file.ownImports.filter((path) => !/\.\w+$/.test(path)),
  },
  {
    name: "file names are in kebab case and say what is inside",
    find: (file) => [
      ...matches(file.path, /[A-Z_]/),
      ...matches(file.path, /\/(?:utils?|helpers?|common|misc|manager)\.ts$/),
    ],
  },
  {
    name: "no module but main.ts waits while it is loaded: a compiled worker thread that loads it ends at once",
    find: unless(/^src\/main\.ts$/, findTopLevelAwait),
  },
  { name: "every export is documented", find: findUndocumented },
];

function findTopLevelAwait({ code }: SourceFile): string[] {
  let depth = 0;
  for (const [token] of code.matchAll(/[{}]|\bawait\b/g)) {
    if (token === "{") depth++;
    else if (token === "}") depth--;
    else if (depth === 0) return [token];
  }
  return [];
}

const EXPORT = /^export (?:async |abstract )*(?:function\*?|class|const|let|type|interface) (\w+)/;

function findUndocumented(file: SourceFile): string[] {
  const lines = file.text.split("\n");
  const undocumented: string[] = [];
  let documented = "";
  lines.forEach((line, index) => {
    const name = EXPORT.exec(line)?.[1];
    if (name === undefined) return;
    // Overloads share the first one's sentence.
    if (lines[index - 1]?.endsWith("*/")) documented = name;
    else if (documented !== name) undocumented.push(name);
  });
  return undocumented;
}

function unless(excepted: RegExp, find: CodeRule["find"]): CodeRule["find"] {
  return (file) => (excepted.test(file.path) ? [] : find(file));
}

function matches(text: string, pattern: RegExp): string[] {
  const found = pattern.exec(text);
  return found === null ? [] : [found[0].replace(/\s+/g, " ")];
}
