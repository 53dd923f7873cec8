import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadSourceFiles } from "../architecture/source-files.ts";
import { freePort } from "../support/free-port.ts";
import { gatewayCommand, startProcess } from "../support/gateway-process.ts";
import { runBuild, runProgram } from "./program.ts";

const root = join(import.meta.dir, "..", "..");

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** Without comments, continued lines joined. */
const instructions: readonly Instruction[] = readFileSync(join(root, "Dockerfile"), "utf8")
  .replace(/^#.*\n/gm, "")
  .replace(/\\\n\s*/g, "")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => {
    const [name = "", ...rest] = line.split(" ");
    return { name, rest: rest.join(" ") };
  });

function restsOf(name: string): string[] {
  return instructions.filter((one) => one.name === name).map(({ rest }) => rest);
}

function wordsOf(name: string): string[] {
  return JSON.parse(restsOf(name).at(-1) ?? "[]");
}

const copied = restsOf("COPY")
  .filter((rest) => !rest.startsWith("--from"))
  .flatMap((rest) => rest.split(" ").slice(0, -1));

test("everything that the image is built from is there and reaches the build", () => {
  const ignore = readFileSync(join(root, ".dockerignore"), "utf8").split("\n");

  expect(copied.length).toBeGreaterThan(0);
  for (const path of copied) {
    expect(existsSync(join(root, path))).toBe(true);
    expect(ignore).toContain(`!${path}`);
  }
});

test("everything that the program's source imports is copied", () => {
  const imported = loadSourceFiles(root).flatMap(({ ownImports }) => ownImports);

  const missing = imported.filter(
    (path) => !copied.some((one) => path === one || path.startsWith(`${one}/`)),
  );
  expect(missing).toEqual([]);
});

test("the words of the build are accepted", () => {
  const build = restsOf("RUN").find((rest) => rest.startsWith("npm run build -- ")) ?? "";
  const words = build.slice("npm run build -- ".length).split(" ");

  expect(words).toContain("--commit");
  expect(runBuild([...words, "--help"]).code).toBe(0);
});

test("the words of the start are accepted, and the file is looked for where it is mounted", () => {
  const [program, ...words] = gatewayCommand();
  const folder = restsOf("WORKDIR").at(-1);

  const { code, err } = runProgram(program, [...words, ...wordsOf("CMD")]);

  expect(wordsOf("ENTRYPOINT")).toEqual(["/usr/bin/gw"]);
  expect(code).toBe(255);
  expect(err).toContain(`open ${folder}/gateway.json: no such file or directory`);
});

test("the health check asks a page that gw has, at the port that is exposed", async () => {
  const [url = ""] = restsOf("ENV")
    .filter((rest) => rest.startsWith("HEALTH_URL="))
    .map((rest) => rest.slice("HEALTH_URL=".length));
  const port = await freePort();
  const gateway = await startProcess({ args: ["run", "-p", String(port)], env: {}, port });

  const answer = await fetch(`http://127.0.0.1:${port}${new URL(url).pathname}`);
  await gateway.stop();

  expect(new URL(url).port).toBe(restsOf("EXPOSE").at(-1) ?? "");
  expect(answer.status).toBe(200);
  expect(restsOf("HEALTHCHECK").at(-1)).toContain('CMD wget -q -O /dev/null "$HEALTH_URL"');
});

test("it runs as a user without rights, and stops by the signal that drains it", () => {
  expect(restsOf("USER")).toEqual(["1000:1000"]);
  expect(restsOf("STOPSIGNAL")).toEqual(["SIGTERM"]);
});
