import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority, type TestAuthority } from "../support/certificates.ts";
import { findTool } from "../support/find-tool.ts";
import { gw } from "../support/gw.ts";
import { askHaproxy } from "./support/ask-haproxy.ts";

const haproxy = findTool("haproxy");
const openssl = findTool("openssl");

const folder = mkdtempSync(join(tmpdir(), "gw-matrix-"));
let authority: TestAuthority | undefined;
afterAll(() => {
  authority?.[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

/** A PEM file with a certificate and its key, as HAProxy wants it. */
let pem = "";
beforeAll(() => {
  if (openssl === undefined) return;
  authority = createAuthority(openssl);
  const pair = authority.issue("DNS:gw.internal");
  pem = file("pair.pem", readFileSync(pair.certificate, "utf8") + readFileSync(pair.key, "utf8"));
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

type Settings = Readonly<Record<string, unknown>>;

/** Words of the command line, and what the gateway's file says besides. */
interface Choice {
  readonly words: () => readonly string[];
  readonly settings?: Settings;
}

const NODES: Readonly<Record<string, readonly string[]>> = {
  ipv4: ["10.0.0.11:8080 name=gw-a zone=rack1", "10.0.0.12 weight=50", "10.0.0.13 maxconn=200"],
  ipv6: ["[2001:db8::5]:8080", "[2001:db8::6]", "[2001:db8::7]:8080 backup"],
  mixed: [
    "10.0.0.11",
    "[2001:db8::5]",
    "gw5.invalid",
    "gw.invalid:9090 slots=4",
    "_gw._tcp.gw.invalid",
    "10.0.1.9 backup",
    "10.0.1.10 drain",
    "10.0.1.11 disabled",
  ],
  ranges: ["10.0.0.[1-20]:8080", "gw[01-12].invalid slots=2"],
};

const EDGES: Readonly<Record<string, Choice>> = {
  plain: { words: () => [] },
  "TLS and redirect": { words: () => ["--cert", pem] },
  "TLS alone": {
    words: () => ["--cert", pem, "--bind", ":8443"],
    settings: { extra_config: { "security/http": { sts_seconds: 300 } } },
  },
};

const TLS = { public_key: "/a.pem", private_key: "/a.key" };
const LEGS: Readonly<Record<string, Choice>> = {
  plain: { words: () => [] },
  "TLS with a name": {
    words: () => ["--node-ca", authority?.certificate ?? "", "--node-name", "gw.internal"],
    settings: { tls: TLS },
  },
  insecure: {
    words: () => ["--node-insecure"],
    settings: { tls: { ...TLS, min_version: "TLS12" } },
  },
  mutual: {
    words: () => ["--node-ca", authority?.certificate ?? "", "--node-cert", pem],
    settings: { tls: { ...TLS, enable_mtls: true } },
  },
};

const OTHERS: Readonly<Record<string, Choice>> = {
  none: { words: () => [] },
  "rate by address": { words: () => ["--rate", "100/1s:src"] },
  "rate by header, peers": {
    words: () => [
      ...["--rate", "1000/1m:hdr(X-Api-Key)", "--self", "lb1"],
      ...["--peer", "lb1=127.0.0.1:10000", "--peer", "lb2=127.0.0.2:10000"],
    ],
  },
  "trust with IPv6, rate by address": {
    words: () => ["--trust", "192.0.2.0/24,2001:db8:1::/48", "--rate", "100/1s:src"],
    settings: { extra_config: { router: { remote_ip_headers: ["CF-Connecting-IP"] } } },
  },
  "accept-proxy": { words: () => ["--accept-proxy", "--resolver", "127.0.0.1:53"] },
  "no retry, no health, no stats": {
    words: () => ["--retry", "none", "--stats", "off", "--user", "none"],
    settings: { extra_config: { router: { disable_health: true } } },
  },
  "idempotent, own health path, sizes": {
    words: () => ["--retry", "idempotent", "--max-body", "1m", "--maxconn", "500"],
    settings: {
      max_header_bytes: 40_000,
      read_header_timeout: "1500ms",
      extra_config: { router: { health_path: "/up/now" } },
      endpoints: [
        { endpoint: "/ws", extra_config: { websocket: {} }, backend: [{ url_pattern: "/" }] },
      ],
    },
  },
};

const BALANCES = ["leastconn", "roundrobin", "random", "source", "hdr(X-Api-Key)"];

interface Combination {
  readonly name: string;
  readonly nodes: readonly string[];
  readonly choices: readonly Choice[];
  readonly balance: string;
}

function combinations(): readonly Combination[] {
  const all: Combination[] = [];
  for (const [list, nodes] of Object.entries(NODES)) {
    for (const [edge, one] of Object.entries(EDGES)) {
      for (const [leg, two] of Object.entries(LEGS)) {
        for (const [other, three] of Object.entries(OTHERS)) {
          const balance = BALANCES[all.length % BALANCES.length] ?? "";
          const name = `${list}, edge ${edge}, nodes ${leg}, ${other}, ${balance}`;
          all.push({ name, nodes, choices: [one, two, three], balance });
        }
      }
    }
  }
  return all;
}

/** Some 13 s where nothing else runs. */
const SLOW_MACHINE_MS = 120_000;

test.skipIf(haproxy === undefined || openssl === undefined)(
  "HAProxy accepts all 336 combinations without a warning",
  async () => {
    const all = combinations();
    const complaints: string[] = [];
    const waiting = [...all.entries()];
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, combination] = next;
        const complaint = await findComplaint(combination, index);
        if (complaint !== "") complaints.push(`${combination.name}:\n${complaint}`);
      }
    };
    await Promise.all([worker(), worker(), worker()]);

    expect(all).toHaveLength(336);
    expect(complaints).toEqual([]);
  },
  SLOW_MACHINE_MS,
);

/** What HAProxy says about one; empty: nothing. */
async function findComplaint(combination: Combination, index: number): Promise<string> {
  const { nodes, choices, balance } = combination;
  const config = file(`gateway-${index}.json`, JSON.stringify(merge(choices)));
  const words = choices.flatMap((choice) => choice.words());
  const list = nodes.flatMap((node) => ["--node", node]);
  const { code, out, err } = await gw([
    "haproxy",
    ...list,
    "-c",
    config,
    "--balance",
    balance,
    ...words,
  ]);
  if (code !== 0) return `gw haproxy ended with ${code}: ${err}`;

  return askHaproxy(out, join(folder, `${index}.cfg`));
}

function merge(choices: readonly Choice[]): Settings {
  const config: Record<string, unknown> = {
    version: 3,
    host: ["http://backend:8081"],
    timeout: "4s",
    endpoints: [{ endpoint: "/a", backend: [{ url_pattern: "/a" }] }],
  };
  const components: Record<string, unknown> = {};
  for (const { settings = {} } of choices) {
    Object.assign(components, settings.extra_config);
    Object.assign(config, settings);
  }
  return { ...config, extra_config: components };
}
