import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { runProgram } from "../binary/program.ts";
import { gatewayCommand } from "../support/gateway-process.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-descriptors-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** HAProxy itself does not look at the limit when it checks. */
const haproxy = join(folder, "haproxy");
writeFileSync(haproxy, "#!/bin/sh\ncat > /dev/null\n");
chmodSync(haproxy, 0o755);

/** Runs `gw haproxy --check` where a process may have so many descriptors. */
function checkWithin(limit: number, ...nodes: readonly string[]) {
  const list = nodes.flatMap((node) => ["--node", node]);
  const words = ["haproxy", ...list, "--check", "--maxconn", "1000"];
  const limited = ["-c", 'ulimit -n "$0" && exec "$@"', String(limit), ...gatewayCommand()];
  const PATH = [folder, process.env.PATH].join(delimiter);
  return runProgram("sh", [...limited, ...words], { env: { PATH } });
}

// Two for each of 1,000 connections, one for each server, and 50.
test.skipIf(process.platform !== "linux").each([
  [["10.0.0.11", "10.0.0.12"], 2_052],
  [["10.0.0.11", "gw.test slots=4"], 2_055],
  [["10.0.0.11", "_gw._tcp.gw.test"], 2_061],
])("--check tells of too few descriptors, of which each slot takes one: %j", (nodes, wanted) => {
  const short = checkWithin(wanted - 1, ...nodes);
  const enough = checkWithin(wanted, ...nodes);

  expect([short.code, enough.code]).toEqual([0, 0]);
  expect(short.err).toContain(
    `maxconn 1000 needs about ${wanted} file descriptors, and this machine allows ${wanted - 1} `,
  );
  expect(short.err).toContain("give --maxconn 999\n");
  expect(enough.err).not.toContain("descriptors");
});
