import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../../test/support/free-port.ts";
import { gatewayCommand } from "../../test/support/gateway-process.ts";
import {
  renderGateway,
  renderHaproxy,
  renderManyEndpoints,
  renderNginxProxy,
  renderUpstream,
} from "./configurations.ts";
import { largeBody, listDocument, mergedDocuments, smallDocument } from "./documents.ts";
import { LOAD_CORE, MEASURED_CORE, type PinnedProcess, startPinned } from "./processes.ts";
import type { SubjectName } from "./scenarios.ts";

/** All that runs while measuring. */
export interface Stage {
  readonly subjects: ReadonlyMap<SubjectName, PinnedProcess>;
  stop(): void;
}

/** Starts the upstreams, the proxies and, unless left out, the gateways. */
export async function setStage(hasGateway: boolean): Promise<Stage> {
  // In memory: no disk takes part.
  const folder = mkdtempSync("/dev/shm/gw-bench-");
  const running: PinnedProcess[] = [];
  const stop = (): void => {
    for (const one of running) one.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const start = async (core: number, command: readonly string[], port: number) => {
    const started = await startPinned(core, command, port);
    running.push(started);
    return started;
  };
  try {
    return { subjects: await startAll(folder, hasGateway, start), stop };
  } catch (error) {
    stop();
    throw error;
  }
}

type Start = (core: number, command: readonly string[], port: number) => Promise<PinnedProcess>;

async function startAll(
  folder: string,
  hasGateway: boolean,
  start: Start,
): Promise<Map<SubjectName, PinnedProcess>> {
  writeDocuments(folder);
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const port = { upstream: await freePort(), slow: await freePort() };
  const upstreamFile = write("upstream.conf", renderUpstream(port.upstream, folder));
  await start(LOAD_CORE, ["nginx", "-c", upstreamFile], port.upstream);
  const slow = join(import.meta.dir, "slow-upstream.ts");
  await start(LOAD_CORE, [process.execPath, slow, String(port.slow)], port.slow);

  const subjects = new Map<SubjectName, PinnedProcess>();
  const measure = async (
    name: SubjectName,
    render: (port: number) => string,
    toCommand: (file: string) => readonly string[],
  ): Promise<void> => {
    const own = await freePort();
    const file = write(`${name}.json`, render(own));
    subjects.set(name, await start(MEASURED_CORE, toCommand(file), own));
  };
  await measure(
    "haproxy",
    (own) => renderHaproxy(own, port.upstream),
    (file) => ["haproxy", "-db", "-f", file],
  );
  await measure(
    "nginx",
    (own) => renderNginxProxy(own, port.upstream, folder),
    (file) => ["nginx", "-c", file],
  );
  if (!hasGateway) return subjects;

  const run = (file: string) => [...gatewayCommand(), "run", "-c", file];
  await measure("gw", (own) => renderGateway(own, port.upstream, port.slow), run);
  await measure("gw-10-endpoints", (own) => renderManyEndpoints(own, port.upstream, 10), run);
  await measure("gw-1000-endpoints", (own) => renderManyEndpoints(own, port.upstream, 1000), run);
  return subjects;
}

function writeDocuments(folder: string): void {
  writeFileSync(join(folder, "small"), smallDocument);
  writeFileSync(join(folder, "list"), listDocument);
  writeFileSync(join(folder, "large"), largeBody());
  mergedDocuments.forEach((document, index) => {
    writeFileSync(join(folder, `part${index}`), document);
  });
}
