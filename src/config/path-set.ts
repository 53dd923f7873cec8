import type { NodePath } from "./node.ts";

/** Paths of values; asking costs as many steps as the path has, however many were added. */
export class PathSet {
  readonly #root: Branch = { below: new Map(), isEnd: false };

  add(path: NodePath): void {
    let branch = this.#root;
    for (const step of path) {
      const known = branch.below.get(step);
      const next = known ?? { below: new Map(), isEnd: false };
      if (known === undefined) branch.below.set(step, next);
      branch = next;
    }
    branch.isEnd = true;
  }

  /** Is the path, or the beginning of it, in the set? */
  covers(path: NodePath): boolean {
    let branch: Branch | undefined = this.#root;
    for (const step of path) {
      if (branch === undefined || branch.isEnd) break;
      branch = branch.below.get(step);
    }
    return branch?.isEnd === true;
  }
}

interface Branch {
  readonly below: Map<string | number, Branch>;
  isEnd: boolean;
}
