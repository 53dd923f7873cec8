/** One thing that is wrong, or odd, about a configuration, with all that a reader needs to mend it. */
export interface Finding {
  /** As given, or `environment` when the value came from a variable. */
  readonly file: string;
  /** Counted from 1; `undefined` when the file has no such place. */
  readonly line: number | undefined;
  /** In characters, counted from 1. */
  readonly column: number | undefined;
  /** `$.endpoints[2].backend[0].url_pattern`, or the name of the variable. */
  readonly path: string;
  /** What stands there, shortened. */
  readonly value: string | undefined;
  readonly message: string;
  /** What would have been right, as a noun phrase: `a duration such as 500ms`. */
  readonly expected: string | undefined;
  /** The known name that was probably meant. */
  readonly nearest: string | undefined;
  /** Among warnings, `error` marks one that somebody must look at although gw starts. */
  readonly severity: "error" | "warning";
  /** Set on a name that KrakenD does not know at this place; such a one is never an error by itself. */
  readonly isUnknownName?: true;
}

/** How the message of every unknown name ends. */
export const IGNORED = " is ignored";

/** The finding about an unknown name as a strict check sees it: nothing is ignored there. */
export function refuseUnknownName(finding: Finding): Finding {
  const subject = finding.message.slice(0, -IGNORED.length);
  return { ...finding, message: `${subject} is not allowed`, severity: "error" };
}

/** One line: `'krakend.json':12:7: $.timeout: "3000": time: missing unit in duration; expected …`. */
export function renderFinding(finding: Finding): string {
  const { file, line, column, path, value, message, expected, nearest } = finding;
  const position = line === undefined ? "" : `:${line}:${column ?? 1}`;
  const parts = [`'${file}'${position}`];
  if (path !== "$") parts.push(path);
  if (value !== undefined) parts.push(value);
  const wanted = expected === undefined ? "" : `; expected ${expected}`;
  const hint = nearest === undefined ? "" : `; did you mean '${nearest}'?`;
  parts.push(message + wanted + hint);
  return parts.join(": ").replace(CONTROL_CHARACTERS, escapeCharacter);
}

/** All findings, one line each, in the order of the file. */
export function renderProblems(findings: readonly Finding[]): string {
  return findings.map(renderFinding).join("\n");
}

/** A file's texts must not move the cursor of the terminal that shows them, nor break the line. */
const CONTROL_CHARACTERS = /\p{Cc}/gu;

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
