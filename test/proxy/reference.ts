/**
 * A second implementation of how KrakenD puts the answers of several backends together, slow and
 * obvious. The stages of `src/proxy` must agree with it.
 */
import { mergeTrees, objectOf, type Tree } from "../json/reference.ts";

/** What a backend came to. */
export type BackendAnswer =
  | { readonly kind: "data"; readonly tree: Tree | null; readonly isComplete: boolean }
  | { readonly kind: "error"; readonly message: string }
  /** Both: what is left of several identical calls. */
  | { readonly kind: "both"; readonly tree: Tree; readonly message: string };

/** What an endpoint's stage comes to; `tree` is `null` for JSON's `null`, `undefined` without a response. */
export interface Outcome {
  readonly tree: Tree | null | undefined;
  readonly isComplete: boolean | undefined;
  readonly message: string | undefined;
}

/** All at once, in order of arrival. */
export function mergeAnswers(arrived: readonly BackendAnswer[], isCut = false): Outcome {
  const messages = arrived.flatMap((one) => (one.kind === "data" ? [] : [one.message]));
  const parts = arrived.filter((one) => one.kind === "data");
  const message = messages.length === 0 ? undefined : messages.join("\n");
  const [first] = parts;
  if (first === undefined) return { tree: undefined, isComplete: undefined, message };
  const isComplete =
    !isCut && messages.length === 0 && parts.every((part) => part.isComplete && part.tree !== null);
  const tree =
    parts.length === 1 ? first.tree : mergeTrees(parts.map((part) => part.tree ?? objectOf()));
  return { tree, isComplete, message };
}

/** One after the other, and how many were called. */
export function mergeSequence(
  answers: readonly BackendAnswer[],
): Outcome & { readonly called: number } {
  for (const [index, answer] of answers.entries()) {
    const goesOn = answer.kind === "data" && answer.isComplete;
    if (goesOn && index < answers.length - 1) continue;
    const called = index + 1;
    const isFailure = answer.kind !== "data";
    if (index === 0 && isFailure) {
      return { tree: undefined, isComplete: undefined, message: answer.message, called };
    }
    const isCut = called < answers.length;
    return { ...mergeAnswers(answers.slice(0, called), isCut), called };
  }
  throw new Error("a sequence without backends");
}

/** What `{respN_<path>}` stands for in an answer; `undefined`: the placeholder stays. */
export function respValue(tree: Tree | null, path: string): string | undefined {
  const keys = path.split(".");
  let object = tree;
  for (const key of keys.slice(0, -1)) {
    const inner = object?.kind === "object" ? object.members.get(key) : undefined;
    if (inner?.kind !== "object") break;
    object = inner;
  }
  const value = object?.kind === "object" ? object.members.get(keys.at(-1)!) : undefined;
  if (value === undefined) return undefined;
  return value.kind === "array" ? value.items.map(goPrint).join(",") : goPrint(value);
}

/** Go's `%v`. */
function goPrint(tree: Tree): string {
  switch (tree.kind) {
    case "string":
      return tree.text;
    case "bare":
      return tree.text === "null" ? "<nil>" : tree.text;
    case "array":
      return `[${tree.items.map(goPrint).join(" ")}]`;
    case "object": {
      const keys = [...tree.members.keys()].sort((a, b) =>
        Buffer.compare(Buffer.from(a), Buffer.from(b)),
      );
      return `map[${keys.map((key) => `${key}:${goPrint(tree.members.get(key)!)}`).join(" ")}]`;
    }
  }
}
