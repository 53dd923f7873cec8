import { describe, expect, test } from "bun:test";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { freePort } from "../support/free-port.ts";

const root = join(import.meta.dir, "..", "..");
const deno = join(root, "node_modules", ".bin", "deno");
const example = join(root, "config", "gateway.json");

describe("gw under Deno", () => {
  test.each([
    ["SIGTERM", 0],
    ["SIGINT", 0],
  ] as const)("stops with %s", async (signal, exitCode) => {
    const gateway = await serve();

    gateway.child.kill(signal);

    expect(await gateway.ended).toBe(exitCode);
    expect(gateway.log()).toContain("Router execution ended");
  });

  test("ends at once with a second signal", async () => {
    const gateway = await serve("--shutdown-delay", "20s");

    gateway.child.kill("SIGTERM");
    await gateway.logged("Draining");
    gateway.child.kill("SIGTERM");

    expect(await gateway.ended).toBe(143);
  });

  test("serves with one worker, and says so where more are asked for", async () => {
    const one = await serve();
    const two = await serve("--workers", "2");

    one.child.kill("SIGTERM");
    two.child.kill("SIGTERM");
    await Promise.all([one.ended, two.ended]);

    expect(one.log()).not.toContain("WARNING");
    expect(two.log()).toContain("2 workers cannot share a port with this runtime: one serves");
  });

  test.each([
    [["version"], 0, "Deno Version: "],
    [["help"], 0, "gw"],
    [["check", "-tc", example], 0, "Syntax OK!"],
    [["chekc"], 2, "check"],
    [["run", "-c", "/nonexistent/gateway.json"], 255, "/nonexistent/gateway.json"],
  ])("%j ends as under Bun", async (words, exitCode, text) => {
    const gateway = start(words);

    expect(await gateway.ended).toBe(exitCode);
    expect(gateway.log()).toContain(text);
  });
});

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  log(): string;
  /** Resolves once the log holds the text. */
  logged(text: string): Promise<void>;
}

/** Serves the example and waits until it listens. */
async function serve(...words: readonly string[]): Promise<Started> {
  const port = await freePort();
  const delay = words.includes("--shutdown-delay") ? [] : ["--shutdown-delay", "0s"];
  const started = start(["run", "-c", example, "-p", String(port), ...delay, ...words]);
  await started.logged(`Listening on port: ${port}`);
  return started;
}

function start(words: readonly string[]): Started {
  const child = spawn(deno, ["run", "-A", join(root, "src", "main.ts"), ...words]);
  let text = "";
  let look = (): void => {};
  const append = (chunk: Buffer): void => {
    text += chunk.toString();
    look();
  };
  child.stdout.on("data", append);
  child.stderr.on("data", append);
  return {
    child,
    ended: new Promise((resolve) => child.once("close", resolve)),
    log: () => text,
    logged: (wanted) =>
      new Promise((resolve, reject) => {
        child.once("close", () => reject(new Error(`never logged ${wanted}:\n${text}`)));
        look = () => text.includes(wanted) && resolve();
        look();
      }),
  };
}
