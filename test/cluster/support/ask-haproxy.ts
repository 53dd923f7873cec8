import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { findTool } from "../../support/find-tool.ts";

const haproxy = findTool("haproxy") ?? "haproxy";

/** What a real HAProxy says against a text, which is written to this file; empty: it accepts it without a warning. */
export function askHaproxy(text: string, file: string): Promise<string> {
  // Names are not looked up: nobody knows them here, and each look-up takes seconds.
  writeFileSync(file, text.replaceAll("init-addr last,libc,none", "init-addr none"));
  return new Promise((resolve) => {
    execFile(haproxy, ["-c", "-f", file], (error, _out, said) => {
      const isQuiet = !/\[(WARNING|ALERT)\]/.test(said);
      resolve(error === null && isQuiet ? "" : said || String(error));
    });
  });
}
