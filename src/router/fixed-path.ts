import { childAt, isSlashLeaf, type RouteNode } from "./route-tree.ts";

const SLASH = 0x2f;

/**
 * The registered spelling of a path: letter case is ignored, values of parameters keep theirs, and
 * a slash at the end is added or dropped where that makes the difference. `undefined` when there is none.
 */
export function findFixedPath<T>(root: RouteNode<T>, path: string): string | undefined {
  const wanted = { path, lower: foldCase(path, "lower"), upper: foldCase(path, "upper") };
  return visit(root, wanted, 0, "");
}

/** One path in three spellings of equal length. */
interface Spellings {
  readonly path: string;
  readonly lower: string;
  readonly upper: string;
}

function visit<T>(
  node: RouteNode<T>,
  wanted: Spellings,
  at: number,
  built: string,
): string | undefined {
  if (!isSameText(node.text, node.text.length, wanted, at)) {
    return fixSlash(node, wanted, at, built);
  }
  const end = at + node.text.length;
  const extended = built + node.text;
  return end === wanted.path.length ? arrive(node, extended) : pass(node, wanted, end, extended);
}

function arrive<T>(node: RouteNode<T>, built: string): string | undefined {
  if (node.leaf !== null) return built;

  const isWithSlash = isSlashLeaf(childAt(node, SLASH)) || node.rest !== null;
  return isWithSlash ? `${built}/` : undefined;
}

function pass<T>(
  node: RouteNode<T>,
  wanted: Spellings,
  at: number,
  built: string,
): string | undefined {
  if (node.rest !== null && wanted.path.charCodeAt(at) === SLASH) {
    return built + wanted.path.slice(at);
  }

  // Differs from KrakenD: it drops the connection (a panic) where static text and a parameter stand side by side.
  const found = passStatic(node, wanted, at, built);
  if (found !== undefined) return found;
  if (node.parameter !== null) return passParameter(node.parameter, wanted, at, built);
  return wanted.path.slice(at) === "/" && node.leaf !== null ? built : undefined;
}

function passStatic<T>(
  node: RouteNode<T>,
  wanted: Spellings,
  at: number,
  built: string,
): string | undefined {
  const lower = wanted.lower.charCodeAt(at);
  const upper = wanted.upper.charCodeAt(at);
  const first = childAt(node, lower);
  const found = first === undefined ? undefined : visit(first, wanted, at, built);
  if (found !== undefined || upper === lower) return found;

  const second = childAt(node, upper);
  return second === undefined ? undefined : visit(second, wanted, at, built);
}

function passParameter<T>(
  parameter: RouteNode<T>,
  wanted: Spellings,
  at: number,
  built: string,
): string | undefined {
  const slash = wanted.path.indexOf("/", at);
  const next = parameter.children[0];
  if (slash < 0) {
    const whole = built + wanted.path.slice(at);
    if (parameter.leaf !== null) return whole;
    return isSlashLeaf(next) ? `${whole}/` : undefined;
  }

  const extended = built + wanted.path.slice(at, slash);
  if (parameter.rest !== null) return extended + wanted.path.slice(slash);
  if (next !== undefined) return visit(next, wanted, slash, extended);
  return slash + 1 === wanted.path.length ? extended : undefined;
}

/** What is left of the path does not match the node: one slash may be the reason. */
function fixSlash<T>(
  node: RouteNode<T>,
  wanted: Spellings,
  at: number,
  built: string,
): string | undefined {
  const left = wanted.path.length - at;
  if (left === 1 && wanted.path.charCodeAt(at) === SLASH) return built;

  const lacksSlash = node.text.length === left + 1 && node.text.endsWith("/");
  if (!lacksSlash || node.leaf === null || !isSameText(node.text, left, wanted, at)) {
    return undefined;
  }
  return built + node.text;
}

function isSameText(text: string, length: number, wanted: Spellings, at: number): boolean {
  if (wanted.path.length - at < length) return false;

  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    const isSame =
      code === wanted.path.charCodeAt(at + i) ||
      code === wanted.lower.charCodeAt(at + i) ||
      code === wanted.upper.charCodeAt(at + i);
    if (!isSame) return false;
  }
  return true;
}

/**
 * Letters of other alphabets change case too. One whose other case takes another number of bytes
 * stays as it is, so that positions in all spellings agree.
 */
function foldCase(path: string, to: "lower" | "upper"): string {
  const bytes = Buffer.from(path, "latin1");
  const text = bytes.toString("utf8");
  if (Buffer.byteLength(text) !== bytes.length) return foldAscii(path, to);

  let folded = "";
  for (const character of text) {
    const other = to === "lower" ? character.toLowerCase() : character.toUpperCase();
    folded += Buffer.byteLength(other) === Buffer.byteLength(character) ? other : character;
  }
  return Buffer.from(folded, "utf8").toString("latin1");
}

function foldAscii(path: string, to: "lower" | "upper"): string {
  return to === "lower"
    ? path.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    : path.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}
