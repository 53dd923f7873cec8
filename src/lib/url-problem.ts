import { goQuote } from "./go-quote.ts";
import { findMalformedEscape } from "./percent.ts";

/** Stands for a text that is not known yet, and that never completes an escape. */
const TEMPLATE = /\{\{\.[\w.:/-]+\}\}/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL_CHARACTER = /[\0-\x1f\x7f]/;

/**
 * What Go's URL parser refuses about a path with query and fragment, in the order in which it looks:
 * `invalid URL escape "%zz"`. One byte per character; templates (`{{.Id}}`) may stand in it.
 */
export function findUrlProblem(reference: string): string | undefined {
  const [beforeFragment = "", ...fragment] = reference.split("#");
  if (CONTROL_CHARACTER.test(beforeFragment)) return "net/url: invalid control character in URL";

  const [path = ""] = beforeFragment.split("?", 1);
  for (const text of [...path.split(TEMPLATE), fragment.join("#")]) {
    const malformed = findMalformedEscape(text);
    if (malformed !== undefined) return `invalid URL escape ${goQuote(malformed)}`;
  }
  return undefined;
}
