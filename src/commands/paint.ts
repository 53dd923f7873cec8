import type { TextOutput } from "./command.ts";

/** Colours a text where somebody looks at it. */
export function paint(text: string, color: keyof typeof COLORS, output: TextOutput): string {
  return output.isTerminal ? `${COLORS[color]}${text}\u001b[0m` : text;
}

const COLORS = { red: "\u001b[31;1m", green: "\u001b[32;1m" } as const;
