import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { type GatewayProcess, startProcess } from "./gateway-process.ts";
import { openConnection, type RawConnection, sendRaw } from "./raw-client.ts";
import {
  type RunningUpstream,
  type SeenRequest,
  startUpstream,
  type Upstream,
} from "./upstream.ts";

/**
 * A KrakenD file as an object. `{{name}}` in a text is the URL of the upstream of that name and
 * `{{name_port}}` its port. Filled in: `version`, `port`, `listen_ip`, and the first upstream as `host`.
 */
export type GatewayConfig = Readonly<Record<string, unknown>>;

/** What else the gateway's process gets. */
export interface GatewayOptions {
  /** Added to the command line. */
  readonly args?: readonly string[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A gateway that listens, with its upstreams. `await using` stops it all. */
export interface TestGateway {
  /** Without a final slash. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** What the upstreams saw, in order of arrival. */
  readonly requests: readonly SeenRequest[];
  /** `fetch` of a path; for exact bytes use `connect` or `raw`. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Sends bytes and returns all that came until the gateway closed, as latin1. */
  raw(bytes: string | Uint8Array, timeoutMs?: number): Promise<string>;
  connect(): Promise<RawConnection>;
  /** What the process has printed so far. */
  log(): string;
  /** Resolves with the log once it holds the text or matches. */
  logged(wanted: string | RegExp, timeoutMs?: number): Promise<string>;
  /** Sends a signal (SIGTERM), waits for the end of the process and returns its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts fake upstreams and the real gateway in front of them; throws with the gateway's log when it does not start. */
export async function startGateway(
  config: GatewayConfig,
  upstreams: Readonly<Record<string, Upstream>> = {},
  options: GatewayOptions = {},
): Promise<TestGateway> {
  const requests: SeenRequest[] = [];
  const running = await startUpstreams(upstreams, requests);
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "gw-test-"));
  const file = join(folder, "gateway.json");
  writeFileSync(file, renderConfig(config, running, port));

  const release = async (): Promise<void> => {
    rmSync(folder, { recursive: true, force: true });
    await Promise.all([...running.values()].map((one) => one.stop()));
  };
  try {
    const args = ["run", "-c", file, ...(options.args ?? [])];
    const child = await startProcess({ args, env: options.env ?? {}, port });
    return toTestGateway({ child, port, requests, release });
  } catch (error) {
    await release();
    throw error;
  }
}

interface Parts {
  readonly child: GatewayProcess;
  readonly port: number;
  readonly requests: readonly SeenRequest[];
  readonly release: () => Promise<void>;
}

function toTestGateway({ child, port, requests, release }: Parts): TestGateway {
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    pid: child.pid,
    requests,
    fetch: (path, init) => fetch(`${url}${path}`, init),
    raw: (bytes, timeoutMs) => sendRaw(port, bytes, timeoutMs),
    connect: () => openConnection(port),
    log: child.log,
    logged: child.logged,
    stop: child.stop,
    [Symbol.asyncDispose]: async () => {
      await child.stop("SIGKILL");
      await release();
    },
  };
}

async function startUpstreams(
  upstreams: Readonly<Record<string, Upstream>>,
  seen: SeenRequest[],
): Promise<Map<string, RunningUpstream>> {
  const running = new Map<string, RunningUpstream>();
  for (const [name, upstream] of Object.entries(upstreams)) {
    running.set(name, await startUpstream(name, upstream, seen));
  }
  return running;
}

function renderConfig(
  config: GatewayConfig,
  upstreams: ReadonlyMap<string, RunningUpstream>,
  port: number,
): string {
  const first = [...upstreams.keys()][0];
  const host = first === undefined ? {} : { host: [`{{${first}}}`] };
  let text = JSON.stringify({ version: 3, port, listen_ip: "127.0.0.1", ...host, ...config });
  for (const [name, upstream] of upstreams) {
    // A text that is nothing but a port becomes a number, which a port's key needs.
    text = text
      .replaceAll(`"{{${name}_port}}"`, String(upstream.port))
      .replaceAll(`{{${name}_port}}`, String(upstream.port))
      .replaceAll(`{{${name}}}`, `http://127.0.0.1:${upstream.port}`);
  }
  return text;
}
