import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commands } from "./command-line.ts";
import { renderBashCompletion } from "./completion-bash.ts";
import { renderFishCompletion } from "./completion-fish.ts";
import { renderZshCompletion } from "./completion-zsh.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-completion-"));
afterAll(() => rmSync(folder, { recursive: true }));

const scripts = {
  bash: write("gw.bash", renderBashCompletion(commands)),
  zsh: write("gw.zsh", renderZshCompletion(commands)),
  fish: write("gw.fish", renderFishCompletion(commands)),
};
const workFolder = join(folder, "work");
mkdirSync(join(workFolder, "settings"), { recursive: true });
writeFileSync(join(workFolder, "set up.json"), "{}");
mkdirSync(join(workFolder, "run"));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Runs a script in a shell that reads no settings of the user. */
function shell(name: "bash" | "zsh" | "fish", script: string) {
  const flags = { bash: ["--norc", "-c"], zsh: ["-f", "-c"], fish: ["--no-config", "-c"] }[name];
  const { stdout, stderr, exitCode } = Bun.spawnSync([name, ...flags, script], {
    cwd: workFolder,
    env: { PATH: process.env.PATH ?? "", HOME: folder },
  });
  return { out: stdout.toString(), err: stderr.toString(), exitCode };
}

/** What bash offers for the last of these words. */
function bashReplies(words: readonly string[]): string[] {
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const script = `source ${scripts.bash}; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}
    _gw; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { out, err } = shell("bash", script);
  expect(err).toBe("");
  return out.split("\n").filter((line) => line !== "");
}

test("bash knows how to complete gw once it has read the script", () => {
  expect(shell("bash", `source ${scripts.bash}; complete -p gw`).out).toBe("complete -F _gw gw\n");
});

test.each([
  [["gw", "ch"], ["check"]],
  [["gw", "val"], ["validate"]],
  [["gw", "--v"], ["--version"]],
  [["gw", "check", "--test-"], ["--test-gin-routes"]],
  [["gw", "validate", "--lint-n"], ["--lint-no-network"]],
  [["gw", "run", "--c"], ["--config"]],
  [
    ["gw", "check", "--format", ""],
    ["text", "json"],
  ],
  [["gw", "check", "--format", "=", "j"], ["json"]],
  [
    ["gw", "check", "--format", "="],
    ["text", "json"],
  ],
  [
    ["gw", "run", "-c", "se"],
    ["set up.json", "settings"],
  ],
  [["gw", "check", "--config", "=", "set "], ["set up.json"]],
  [["gw", "check", "-tnc", "setti"], ["settings"]],
  [["gw", "run", "-p", ""], []],
  [["gw", "help", "ru"], ["run"]],
  [
    ["gw", "help", "--"],
    ["--man", "--help"],
  ],
  [
    ["gw", "completion", ""],
    ["bash", "zsh", "fish"],
  ],
  [["gw", "frobnicate", ""], []],
])("bash completes %p with %p", (words, expected) => {
  expect(bashReplies(words).sort()).toEqual(expected.toSorted());
});

test("bash offers every command and every option of each", () => {
  expect(bashReplies(["gw", ""])).toEqual([
    ...commands.flatMap(({ name, aliases }) => [name, ...aliases]),
    "--help",
    "--version",
  ]);
  for (const { name, options } of commands) {
    const flags = options.flatMap(({ long, short }) => [
      `--${long}`,
      ...(short === null ? [] : [`-${short}`]),
    ]);
    expect(bashReplies(["gw", name, "-"])).toEqual([...flags, "--help", "-h"]);
  }
});

test.skipIf(Bun.which("zsh") === null)("zsh takes the script for the completion of gw", () => {
  expect(shell("zsh", `zsh -n ${scripts.zsh}`)).toEqual({ out: "", err: "", exitCode: 0 });

  const load = `autoload -Uz compinit; compinit -u -D; source ${scripts.zsh}`;
  expect(shell("zsh", `${load}; echo $_comps[gw]`)).toEqual({
    out: "_gw\n",
    err: "",
    exitCode: 0,
  });
});

test.skipIf(Bun.which("fish") === null)("fish completes commands, options and values", () => {
  const offers = (line: string) => {
    const { out, err } = shell("fish", `source ${scripts.fish}; complete -C '${line}'`);
    expect(err).toBe("");
    return out.split("\n").flatMap((one) => (one === "" ? [] : [one.split("\t")[0]]));
  };

  const names = commands.flatMap(({ name, aliases }) => [name, ...aliases]);
  expect(offers("gw ")).toEqual(names.toSorted());
  expect(offers("gw check --format ")).toEqual(["json", "text"]);
  expect(offers("gw validate --lint-n")).toEqual(["--lint-no-network"]);
  expect(offers("gw run -c setti")).toEqual(["settings/"]);
  expect(offers("gw run -p ")).toEqual([]);
  expect(offers("gw completion ")).toEqual(["bash", "fish", "zsh"]);
});
