import { childAt, isSlashLeaf, type Leaf, type RouteNode } from "./route-tree.ts";

const SLASH = 0x2f;

/** How a visit of a node ended. */
type Outcome = typeof FOUND | typeof MISS | typeof STOP;
const FOUND = 0;
/** Nothing here; a parameter beside an earlier static choice may still match. */
const MISS = 1;
/** Nothing here, and nothing else is tried. */
const STOP = 2;

/**
 * Finds the route of a path: static text before parameters, with a way back to the parameter when
 * the static text led nowhere. The result stays in the fields until the next lookup, which saves
 * an object per request.
 */
export class RouteLookup<T> {
  /** Of the last `find`; `null` when no route matched. */
  leaf: Leaf<T> | null = null;
  /** Values of the parameters of the last match, in the order of the route. */
  values: string[] = [];
  /** After a `find` without match: a route matches with one slash more or less at the end. */
  suggestsSlash = false;
  #path = "";

  find(root: RouteNode<T>, path: string): boolean {
    this.leaf = null;
    this.values = [];
    this.suggestsSlash = false;
    this.#path = path;
    return this.#visit(root, 0) === FOUND;
  }

  #visit(node: RouteNode<T>, at: number): Outcome {
    const left = this.#path.length - at;
    const length = node.text.length;
    if (left < length || !this.#path.startsWith(node.text, at)) return this.#mismatch(node, at);
    return left === length ? this.#arrive(node, at) : this.#pass(node, at + length);
  }

  /** The path goes on behind the text of the node. */
  #pass(node: RouteNode<T>, at: number): Outcome {
    const code = this.#path.charCodeAt(at);
    if (node.rest !== null && code === SLASH) return this.#take(node.rest, this.#path.slice(at));

    const child = childAt(node, code);
    if (child !== undefined) {
      const count = this.values.length;
      const outcome = this.#visit(child, at);
      if (outcome !== MISS || node.parameter === null) return outcome;
      this.values.length = count;
    }
    if (node.parameter !== null) return this.#enterParameter(node.parameter, at);

    this.suggestsSlash = this.#isLastSlash(at) && node.leaf !== null;
    return this.#isLastSlash(at) ? STOP : MISS;
  }

  #enterParameter(parameter: RouteNode<T>, at: number): Outcome {
    const slash = this.#path.indexOf("/", at);
    const next = parameter.children[0];
    if (slash < 0) {
      if (parameter.leaf !== null) return this.#take(parameter.leaf, this.#path.slice(at));
      this.suggestsSlash = isSlashLeaf(next) || parameter.rest !== null;
      return STOP;
    }

    this.values.push(this.#path.slice(at, slash));
    if (parameter.rest !== null) return this.#take(parameter.rest, this.#path.slice(slash));
    if (next !== undefined) return this.#visit(next, slash);
    this.suggestsSlash = this.#isLastSlash(slash);
    return STOP;
  }

  /** The path ends with the text of the node. */
  #arrive(node: RouteNode<T>, at: number): Outcome {
    if (node.leaf !== null) {
      this.leaf = node.leaf;
      return FOUND;
    }
    // A node that is just a slash exists because of routes below it or beside it: KrakenD then
    // redirects to the path without slash, whether or not that path has a route.
    if (this.#isLastSlash(at)) {
      this.suggestsSlash = true;
      return STOP;
    }
    this.suggestsSlash = isSlashLeaf(childAt(node, SLASH)) || node.rest !== null;
    return MISS;
  }

  /** The path differs from the text of the node or ends inside it. */
  #mismatch(node: RouteNode<T>, at: number): Outcome {
    this.suggestsSlash = this.#isLastSlash(at) || this.#lacksSlashOf(node, at);
    return this.suggestsSlash ? STOP : MISS;
  }

  #take(leaf: Leaf<T>, value: string): Outcome {
    this.values.push(value);
    this.leaf = leaf;
    return FOUND;
  }

  #isLastSlash(at: number): boolean {
    return at + 1 === this.#path.length && this.#path.charCodeAt(at) === SLASH;
  }

  #lacksSlashOf(node: RouteNode<T>, at: number): boolean {
    if (node.leaf === null || node.text.length !== this.#path.length - at + 1) return false;
    return node.text.endsWith("/") && node.text.startsWith(this.#path.slice(at));
  }
}
