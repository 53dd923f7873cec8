import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../../binary/program.ts";
import { clusterProgram } from "./cluster-program.ts";
import type { NodeProcess } from "./node-process.ts";

/** What the balancer's file is made of. */
export interface BalancerParts {
  readonly folder: string;
  readonly nodes: readonly NodeProcess[];
  /** Path of the gateway's file. */
  readonly config: string;
  readonly flags: readonly string[];
}

/** The file that `gw haproxy` renders for these nodes; throws with what it said where it refuses. */
export function renderBalancer({ folder, nodes, config, flags }: BalancerParts): string {
  const hosts = join(folder, "hosts.txt");
  writeFileSync(
    hosts,
    nodes.map(({ host, port, name }) => `${host}:${port} name=${name}\n`).join(""),
  );
  const words = ["haproxy", "-c", config, "--nodes", hosts, ...flags];
  const { code, out, err } = runProgram(clusterProgram(), words);
  if (code !== 0) throw new Error(`gw ${words.join(" ")} ended with ${code}:\n${err}`);
  return out;
}
