import { type ChildProcessByStdio, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import type { Readable } from "node:stream";
import { findTool } from "../../support/find-tool.ts";
import { isLeftover } from "../../support/leftovers.ts";
import { spawnOwned } from "../../support/owned-process.ts";

const NAMES_FOLDER = "/run/netns";
const PREFIX = "gw-test";
const STOP_LIMIT_MS = 3_000;

const ip = findTool("ip");
let networks = 0;

/** A process on a host of a network; its process id is the program's own. */
export type HostProcess = ChildProcessByStdio<null, Readable, Readable>;

/** A host of a network: a network namespace with one address on `eth0`. */
export interface Host {
  readonly name: string;
  readonly address: string;
  /** Starts a program on the host; it ends with the network at the latest. */
  start(...command: [string, ...string[]]): HostProcess;
  /** All addresses of `eth0`, those that were added later included. */
  addresses(): string[];
  /** Pulls the cable: the host's port of the switch goes down, on both sides the carrier is lost. */
  cut(): void;
  /** Plugs the cable in again. */
  mend(): void;
}

/** Hosts on one switch, unreachable from the machine and from other networks. */
export interface Network extends AsyncDisposable {
  /** Adds a host; the address is one of a network of 256. */
  addHost(name: string, address: string): Host;
}

/** Why this machine cannot have hosts of its own, or `undefined`: it can. */
export function whyNoNamespaces(): string | undefined {
  if (ip === undefined) return "no program ip";

  const name = `${PREFIX}-${process.pid}-probe`;
  const attempts = [
    ["netns", "add", name],
    ["-n", name, "link", "add", "bridge", "type", "bridge"],
    ["-n", name, "link", "add", "one", "type", "veth", "peer", "name", "two"],
    ["netns", "exec", name, "true"],
  ];
  const refused = attempts.find((words) => spawnSync(ip, words).status !== 0);
  spawnSync(ip, ["netns", "del", name]);
  return refused === undefined ? undefined : `ip ${refused.join(" ")} is refused`;
}

/** Makes a switch without hosts. Everything that belongs to it is removed with it, or with the tests. */
export function createNetwork(): Network {
  removeLeftovers();
  networks += 1;
  const prefix = `${PREFIX}-${process.pid}-${networks}`;
  const switchName = `${prefix}-switch`;
  const running = new Set<HostProcess>();
  const remove = (): void => removeNamespaces((name) => name.startsWith(`${prefix}-`));
  process.on("exit", remove);

  run("netns", "add", switchName);
  run("-n", switchName, "link", "add", "bridge", "type", "bridge");
  run("-n", switchName, "link", "set", "bridge", "up");

  return {
    addHost(name, address) {
      const namespace = `${prefix}-${name}`;
      run("netns", "add", namespace);
      // The other end is born in the switch: the machine's own namespace never sees either.
      const peer = ["peer", "name", name, "netns", switchName];
      run("-n", namespace, "link", "add", "eth0", "type", "veth", ...peer);
      run("-n", namespace, "addr", "add", `${address}/24`, "dev", "eth0");
      run("-n", namespace, "link", "set", "lo", "up");
      run("-n", namespace, "link", "set", "eth0", "up");
      run("-n", switchName, "link", "set", name, "master", "bridge", "up");
      return {
        name,
        address,
        start(...command) {
          const words = [ip ?? "ip", "netns", "exec", namespace, ...command] as const;
          const child = spawnOwned([...words], { env: { ...process.env } });
          running.add(child);
          child.once("close", () => running.delete(child));
          return child;
        },
        addresses: () => readAddresses(namespace),
        cut: () => run("-n", switchName, "link", "set", name, "down"),
        mend: () => run("-n", switchName, "link", "set", name, "up"),
      };
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...running].map(stop));
      remove();
      process.off("exit", remove);
    },
  };
}

function readAddresses(namespace: string): string[] {
  const text = run("-n", namespace, "-4", "-o", "addr", "show", "dev", "eth0");
  return [...text.matchAll(/ inet ([\d.]+)/g)].map(([, address = ""]) => address);
}

/** Asks a program to end, and ends it if it does not. */
async function stop(child: HostProcess): Promise<void> {
  const closed = once(child, "close");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await closed;
  clearTimeout(timer);
}

/** What tests left behind that were ended before they could remove anything. */
function removeLeftovers(): void {
  removeNamespaces((name) => isLeftover(name, PREFIX));
}

function removeNamespaces(isMeant: (name: string) => boolean): void {
  const names = existsSync(NAMES_FOLDER) ? readdirSync(NAMES_FOLDER) : [];
  for (const name of names.filter(isMeant)) {
    // Nobody but the tests can have started anything there.
    const { stdout } = spawnSync(ip ?? "ip", ["netns", "pids", name], { encoding: "utf8" });
    for (const pid of (stdout ?? "").split("\n").filter(Boolean)) endProcess(Number(pid));
    spawnSync(ip ?? "ip", ["netns", "del", name]);
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}

function run(...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(ip ?? "ip", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`ip ${words.join(" ")}: ${stderr}`);
  return stdout;
}
