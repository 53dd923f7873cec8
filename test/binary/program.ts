import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isLeftover } from "../support/leftovers.ts";

const root = join(import.meta.dir, "..", "..");
const PREFIX = "gw-binary";

/** A folder with a compiled gw in it. */
export interface ProgramFolder {
  readonly path: string;
  /** The compiled gw. */
  readonly program: string;
  /** Writes a file below the folder and returns its path. */
  write(name: string, content: string): string;
  remove(): void;
}

/** Compiles gw into a folder of its own, or copies the program that `GW_BINARY` names. */
export function createProgramFolder(): ProgramFolder {
  removeLeftovers();
  const path = mkdtempSync(join(tmpdir(), `${PREFIX}-${process.pid}-`));
  const program = join(path, "gw");
  const remove = (): void => rmSync(path, { recursive: true });
  try {
    putProgram(program);
  } catch (error) {
    remove();
    throw error;
  }
  return {
    path,
    program,
    write(name, content) {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
    remove,
  };
}

/** What tests left behind that were ended before they could remove it: a hundred megabytes each. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    // Another run may be removing it too.
    if (isLeftover(name, PREFIX)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function putProgram(path: string): void {
  const given = process.env.GW_BINARY;
  if (given !== undefined) {
    copyFileSync(given, path);
    return;
  }
  const { code, err } = runBuild(["--outfile", path]);
  if (code !== 0) throw new Error(`the build failed:\n${err}`);
}

/** Runs the build script with these words. */
export function runBuild(words: readonly string[]): Outcome {
  return runProgram(process.execPath, [join(root, "scripts", "build.mjs"), ...words]);
}

/** How a process ended, and what it printed. */
export interface Outcome {
  /** `null`: a signal ended it, or it could not be started. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** What a process finds around it. */
export interface Surroundings {
  readonly cwd?: string;
  /** The whole environment; absent: the test's. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end. */
export function runProgram(
  program: string,
  words: readonly string[],
  { cwd, env = process.env as Record<string, string> }: Surroundings = {},
): Outcome {
  const { status, stdout, stderr } = spawnSync(program, words, { cwd, env, encoding: "utf8" });
  return { code: status, out: stdout ?? "", err: stderr ?? "" };
}

/** A configuration that answers `{"from": name}` at `/who` through its own echo page. */
export function configurationNamed(name: string, port: number): string {
  return JSON.stringify({
    version: 3,
    name,
    port,
    listen_ip: "127.0.0.1",
    echo_endpoint: true,
    host: [`http://127.0.0.1:${port}`],
    endpoints: [
      {
        endpoint: "/who",
        backend: [
          { url_pattern: `/__echo/?from=${name}`, target: "req_querystring", allow: ["from"] },
        ],
      },
    ],
  });
}
