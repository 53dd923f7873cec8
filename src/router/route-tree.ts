/**
 * The routes of one method, as a radix tree over the bytes of the path.
 *
 * KrakenD's router (gin) keeps such a tree, and where its nodes begin and end shows from outside:
 * whether it suggests a redirect for a surplus or missing slash depends on it. So the tree has
 * the same nodes, whatever the order of registration.
 */

/** What a route leads to. `route` is kept for messages. */
export interface Leaf<T> {
  readonly route: string;
  readonly value: T;
}

/** A piece of text that all routes below share. */
export interface RouteNode<T> {
  /** Of a parameter: its name. */
  text: string;
  leaf: Leaf<T> | null;
  /** The first byte of each child, in the order of `children`. */
  readonly codes: number[];
  readonly children: RouteNode<T>[];
  /** Matches one segment; what follows it, a slash, is its only child. */
  parameter: RouteNode<T> | null;
  /** Catch-all: matches a slash and everything behind it. */
  rest: Leaf<T> | null;
}

/** A tree without routes. */
export function createRouteTree<T>(): RouteNode<T> {
  return createNode("");
}

/**
 * Adds a route such as `/users/:id` or `/files/*path`. Throws when it conflicts with an earlier one;
 * the configuration has been checked for that, so a conflict is a bug.
 */
export function insertRoute<T>(root: RouteNode<T>, leaf: Leaf<T>): void {
  let node = root;
  let rest = leaf.route;
  while (rest !== "") {
    const wildcard = wildcardIndex(rest);
    if (rest[wildcard] === "*") {
      insertCatchAll(node, rest.slice(0, wildcard), rest.slice(wildcard), leaf);
      return;
    }
    node = insertText(node, rest.slice(0, wildcard), leaf);
    rest = rest.slice(wildcard);
    if (rest === "") break;

    const end = segmentEnd(rest);
    node = insertParameter(node, rest.slice(1, end), leaf);
    rest = rest.slice(end);
  }
  if (node.leaf !== null) conflict(leaf, "is there already");
  node.leaf = leaf;
}

/** The child that begins with this byte; there is at most one. */
export function childAt<T>(node: RouteNode<T>, code: number): RouteNode<T> | undefined {
  const codes = node.codes;
  for (let i = 0; i < codes.length; i++) {
    if (codes[i] === code) return node.children[i];
  }
  return undefined;
}

/** True for a route that ends with a slash of its own, right behind the text of its parent. */
export function isSlashLeaf<T>(node: RouteNode<T> | undefined): boolean {
  return node !== undefined && node.leaf !== null && node.text === "/";
}

const SLASH = 0x2f;

function insertText<T>(from: RouteNode<T>, text: string, leaf: Leaf<T>): RouteNode<T> {
  let node = from;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === SLASH && node.rest !== null) conflict(leaf, `conflicts with ${node.rest.route}`);

    const index = node.codes.indexOf(code);
    if (index < 0) return appendChild(node, text.slice(at));

    const child = node.children[index]!;
    const shared = sharedLength(child.text, text, at);
    if (shared < child.text.length) node.children[index] = split(child, shared);
    node = node.children[index]!;
    at += shared;
  }
  return node;
}

function insertParameter<T>(node: RouteNode<T>, name: string, leaf: Leaf<T>): RouteNode<T> {
  if (name === "" || name.includes(":") || name.includes("*")) {
    conflict(leaf, "has a wildcard without a name or two in one segment");
  }
  node.parameter ??= createNode(name);
  if (node.parameter.text !== name) conflict(leaf, `conflicts with :${node.parameter.text}`);
  return node.parameter;
}

function insertCatchAll<T>(
  from: RouteNode<T>,
  before: string,
  wildcard: string,
  leaf: Leaf<T>,
): void {
  if (!before.endsWith("/") || wildcard === "*" || wildcard.includes("/")) {
    conflict(leaf, "has a catch-all that is not a last segment with a name");
  }
  const node = insertText(from, before.slice(0, -1), leaf);
  if (node.rest !== null || childAt(node, SLASH) !== undefined) {
    conflict(leaf, "conflicts with routes of the same prefix");
  }
  node.rest = leaf;
}

function appendChild<T>(node: RouteNode<T>, text: string): RouteNode<T> {
  const child = createNode<T>(text);
  node.codes.push(text.charCodeAt(0));
  node.children.push(child);
  return child;
}

/** Puts a node with the first `length` bytes above the given one, which keeps the others. */
function split<T>(node: RouteNode<T>, length: number): RouteNode<T> {
  const upper = createNode<T>(node.text.slice(0, length));
  node.text = node.text.slice(length);
  upper.codes.push(node.text.charCodeAt(0));
  upper.children.push(node);
  return upper;
}

function createNode<T>(text: string): RouteNode<T> {
  return { text, leaf: null, codes: [], children: [], parameter: null, rest: null };
}

function sharedLength(a: string, b: string, bFrom: number): number {
  const max = Math.min(a.length, b.length - bFrom);
  let length = 0;
  while (length < max && a.charCodeAt(length) === b.charCodeAt(bFrom + length)) length++;
  return length;
}

function wildcardIndex(text: string): number {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === ":" || text[at] === "*") return at;
  }
  return text.length;
}

function segmentEnd(text: string): number {
  const slash = text.indexOf("/");
  return slash < 0 ? text.length : slash;
}

function conflict<T>(leaf: Leaf<T>, reason: string): never {
  throw new Error(`route ${leaf.route} ${reason}`);
}
