/** Something to say about a place in a node list: an error (`E..`) or a warning (`W..`). */
export interface NodeListProblem {
  /** The list: a path, `<stdin>` or `<--node 2>`. */
  readonly source: string;
  /** From 1; 0: the list as a whole. */
  readonly line: number;
  /** UTF-16 units from 1; 0: the list as a whole. */
  readonly column: number;
  /** Stable, such as `E03`. */
  readonly code: string;
  readonly message: string;
}

/** What is wrong with a piece of a line. */
export interface LineFault {
  /** UTF-16 units from the piece's begin. */
  readonly offset: number;
  readonly code: string;
  readonly message: string;
}

/** `hosts.txt:3:1: E03 "10.0.0.256" is not an IPv4 address`, without a line end. */
export function renderNodeListProblem(problem: NodeListProblem): string {
  const { source, line, column, code, message } = problem;
  return `${source}:${line}:${column}: ${code} ${message}`;
}
