import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { endsWithKilledOwner, spawnOwned } from "./owned-process.ts";

/** What it owns is connected to `PORT` while it lives, and says so when it was left alone. */
const OWNED = `
  const socket = require("node:net").connect(Number(process.env.PORT), "127.0.0.1");
  setTimeout(() => socket.end("left running"), 3000);
`;

const OWNER = `
  import { spawnOwned } from ${JSON.stringify(join(import.meta.dir, "owned-process.ts"))};
  spawnOwned([process.execPath, "-e", ${JSON.stringify(OWNED)}], { env: process.env });
  process.stdin.once("data", () => process.exit(0));
`;

/** What the owned process says before its end, after `end` has ended its owner. */
async function lastWords(end: (owner: ReturnType<typeof spawn>) => void): Promise<string> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const env = { ...process.env, PORT: String(port) };
  const owner = spawn(process.execPath, ["-e", OWNER], {
    env,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const [socket]: Socket[] = await once(server, "connection");
  let words = "";
  socket?.on("data", (chunk) => {
    words += chunk.toString();
  });
  const closed = socket === undefined ? undefined : once(socket, "close");

  end(owner);
  await closed;
  server.close();
  return words;
}

test.skipIf(!endsWithKilledOwner)("a process ends with an owner that is killed", async () => {
  expect(await lastWords((owner) => owner.kill("SIGKILL"))).toBe("");
});

test("a process ends with an owner that exits", async () => {
  expect(await lastWords((owner) => owner.stdin?.write("exit\n"))).toBe("");
});

test.each([
  ["process.exit(7)", 7, null],
  ['process.kill(process.pid, "SIGTERM")', null, "SIGTERM"],
  ['process.on("SIGTERM", () => process.exit(5)); process.kill(process.pid, "SIGTERM")', 5, null],
] as const)("the end of an owned process is its own: %s", async (...given) => {
  const [script, ...expected] = given;

  const child = spawnOwned([process.execPath, "-e", script], { env: process.env });

  expect(await once(child, "close")).toEqual(expected);
});

test("the process id is the program's", async () => {
  const script = "console.log(process.pid)";
  const child = spawnOwned([process.execPath, "-e", script], { env: process.env });

  const [said] = await once(child.stdout, "data");

  expect(String(said)).toBe(`${child.pid}\n`);
});
