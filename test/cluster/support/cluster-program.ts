import { join } from "node:path";
import { runBuild } from "../../binary/program.ts";

/** Each test file has modules of its own, but all files of a run share one process and its environment. */
const VARIABLE = "TEST_CLUSTER_PROGRAM";

// The next run replaces it: Bun tells nobody when a run of tests ends, so nothing could remove it from elsewhere.
const BUILT = join(import.meta.dir, "..", "..", "..", "dist", "gw-of-cluster-tests");

/** The compiled gw that all clusters of one run share: built once, or the one that `GW_BINARY` names. */
export function clusterProgram(): string {
  const known = process.env.GW_BINARY ?? process.env[VARIABLE];
  if (known !== undefined) return known;

  const { code, err } = runBuild(["--outfile", BUILT]);
  if (code !== 0) throw new Error(`the build failed:\n${err}`);
  process.env[VARIABLE] = BUILT;
  return BUILT;
}
