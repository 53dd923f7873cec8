import { type Finding, IGNORED } from "./finding.ts";
import { type ConfigDocument, type ConfigNode, findNode, type NodePath, toPlain } from "./node.ts";
import { PathSet } from "./path-set.ts";
import { cutShort, renderShort } from "./render-value.ts";

/** What a check may add to its message. */
export interface FindingHints {
  readonly expected?: string | undefined;
  readonly nearest?: string | undefined;
  /** Points at the key instead of its value. */
  readonly isAboutKey?: boolean;
}

/** Collects the findings of one load; places are looked up in the document by path. */
export class Report {
  readonly problems: Finding[] = [];
  readonly warnings: Finding[] = [];
  readonly #file: string;
  readonly #document: ConfigDocument;
  readonly #broken = new PathSet();

  constructor(file: string, document: ConfigDocument) {
    this.#file = file;
    this.#document = document;
  }

  /** An empty one about the same file. */
  renewed(): Report {
    return new Report(this.#file, this.#document);
  }

  /** Something that stops the start. What lies below a value that is wrong already is not reported again. */
  error(path: NodePath, message: string, hints: FindingHints = {}): void {
    if (this.isBroken(path)) return;
    this.#broken.add(path);
    this.problems.push(this.#finding(path, message, hints, "error"));
  }

  /** Something odd that changes nothing. */
  warn(path: NodePath, message: string, hints: FindingHints = {}): void {
    this.warnings.push(this.#finding(path, message, hints, "warning"));
  }

  /** A name that nobody knows: ignored, and for a strict check an error. `subject`: `unknown key 'hots'`. */
  warnUnknownName(path: NodePath, subject: string, hints: FindingHints = {}): void {
    const finding = this.#finding(path, subject + IGNORED, hints, "warning");
    this.warnings.push({ ...finding, isUnknownName: true });
  }

  /** Something that does not stop the start but that somebody must look at. */
  alarm(path: NodePath, message: string, hints: FindingHints = {}): void {
    this.warnings.push(this.#finding(path, message, hints, "error"));
  }

  /** Is the value, or what holds it, known to be wrong? */
  isBroken(path: NodePath): boolean {
    return this.#broken.covers(path);
  }

  /** Does a value stand there? */
  has(path: NodePath): boolean {
    return findNode(this.#document.root, path).isWhole;
  }

  /** `12` for a value in line 12, `undefined` for one that has no place in the file. */
  lineOf(path: NodePath): number | undefined {
    const { node } = findNode(this.#document.root, path);
    return node.variable === undefined ? this.#document.locate(node.offset).line : undefined;
  }

  /** The environment variable that set a value. */
  variableOf(path: NodePath): string | undefined {
    return findNode(this.#document.root, path).node.variable;
  }

  #finding(
    path: NodePath,
    message: string,
    { expected, nearest, isAboutKey = false }: FindingHints,
    severity: Finding["severity"],
  ): Finding {
    const { node, keyOffset, isWhole } = findNode(this.#document.root, path);
    const offset = isAboutKey ? (keyOffset ?? node.offset) : node.offset;
    const value = isWhole && !isAboutKey ? shortValue(node) : undefined;
    const details = { value, message, expected, nearest, severity };
    if (node.variable !== undefined) {
      return {
        file: "environment",
        line: undefined,
        column: undefined,
        path: node.variable,
        ...details,
      };
    }
    return {
      file: this.#file,
      ...this.#document.locate(offset),
      path: renderPath(path),
      ...details,
    };
  }
}

/** `$.endpoints[2].extra_config["backend/http"]` */
function renderPath(path: NodePath): string {
  let text = "$";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += /^\w+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  }
  return text;
}

function shortValue(node: ConfigNode): string | undefined {
  if (node.kind === "scalar" && node.written !== undefined) return cutShort(node.written);
  // A whole object as "value" would only repeat the file.
  return node.kind === "object" ? undefined : renderShort(toPlain(node));
}
