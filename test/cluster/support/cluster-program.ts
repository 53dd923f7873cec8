import { createProgramFolder } from "../../binary/program.ts";

/** Each test file has modules of its own, but all files of a run share one process and its environment. */
const VARIABLE = "GW_TEST_CLUSTER_PROGRAM";

/** The compiled gw that all clusters of one run share: built once, or the one that `GW_BINARY` names. */
export function clusterProgram(): string {
  const known = process.env.GW_BINARY ?? process.env[VARIABLE];
  if (known !== undefined) return known;

  const folder = createProgramFolder();
  process.on("exit", folder.remove);
  process.env[VARIABLE] = folder.program;
  return folder.program;
}
