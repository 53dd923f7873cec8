import type { CommandContext, TextOutput } from "./command.ts";

/** Colours a text where somebody looks at it, unless they have asked for none (no-color.org). */
export function paint(
  text: string,
  color: keyof typeof COLORS,
  output: TextOutput,
  environment: CommandContext["environment"],
): string {
  return hasColors(output, environment) ? `${COLORS[color]}${text}\u001b[0m` : text;
}

/** Do colours make sense on this output, and are they wanted? */
export function hasColors(output: TextOutput, environment: CommandContext["environment"]): boolean {
  const isUnwanted = (environment.NO_COLOR ?? "") !== "" || environment.TERM === "dumb";
  return output.isTerminal && !isUnwanted;
}

const COLORS = {
  red: "\u001b[31;1m",
  green: "\u001b[32;1m",
  yellow: "\u001b[33;1m",
  blue: "\u001b[34;1m",
  cyan: "\u001b[36;1m",
  white: "\u001b[37;1m",
} as const;
