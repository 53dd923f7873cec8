import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gw } from "../support/gw.ts";
import { expectFile } from "./support/expected-file.ts";

const folder = mkdtempSync(join(tmpdir(), "gw-samples-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const THREE = file(
  "hosts.txt",
  `# gateway nodes, one a line
10.0.0.11:8080   name=gw-a zone=rack1
10.0.0.12:8080   name=gw-b zone=rack2
10.0.0.13        name=gw-c zone=rack3 weight=50   # a smaller machine
`,
);
const FULL = file(
  "hosts-full.txt",
  `10.0.0.[11-13]:8080
[2001:db8::5]:8080        weight=50
gw5.example.internal      maxconn=500
gw.example.internal:9090  slots=4
_gw._tcp.example.internal slots=10
10.0.1.9                  backup
10.0.1.10                 drain
10.0.1.11                 disabled
`,
);

function gateway(name: string, settings: object): string {
  const endpoints = [{ endpoint: "/a", backend: [{ url_pattern: "/a" }] }];
  const config = { version: 3, host: ["http://backend:8081"], endpoints, ...settings };
  return file(name, JSON.stringify(config));
}

const PLAIN = gateway("gateway.json", { timeout: "4s" });
const WITH_TLS = gateway("tls.json", {
  timeout: "11s",
  tls: { public_key: "/a.pem", private_key: "/a.key", min_version: "TLS12" },
});

const EDGE = ["--cert", "/etc/haproxy/certs/"];

/**
 * Which command line makes which file of `expected/`. Of the last one: clients' idle connections are
 * kept for 65 s, since the balancer of a cloud in front keeps them for 60 s and must close first.
 * Addresses are counted by `src,ipmask(32,64)`: a client of IPv6 can take any of the 2^64 of its network.
 */
const CASES: readonly (readonly [string, readonly string[]])[] = [
  ["haproxy-3-nodes.cfg", ["--nodes", THREE, "-c", PLAIN]],
  [
    "haproxy-tls.cfg",
    ["--nodes", THREE, "-c", PLAIN, ...EDGE, "--max-body", "1m", "--rate", "100/1s:src"],
  ],
  [
    "haproxy-full.cfg",
    [
      ...["--nodes", FULL, "-c", WITH_TLS, ...EDGE, "--bind", ":443", "--bind", ":80"],
      ...["--trust", "192.0.2.0/24,2001:db8:1::/48", "--rate", "1000/10s:hdr(X-Api-Key)"],
      ...["--balance", "random", "--peer", "lb1=10.0.0.1:10000", "--peer", "lb2=10.0.0.2:10000"],
      ...["--self", "lb1", "--resolver", "10.0.0.53:53"],
      ...["--node-ca", "/etc/haproxy/nodes-ca.pem", "--node-name", "gw.internal"],
    ],
  ],
];

test.each(CASES)("%s is what its command line makes", async (name, words) => {
  const { code, out } = await gw(["haproxy", ...words]);

  expect(code).toBe(0);
  expectFile(name, out);
});

test("equal input gives equal bytes, also from another form of the same list", async () => {
  const text = readFileSync(THREE, "utf8");
  const windows = file("windows.txt", `\uFEFF${text.replaceAll("\n", "\r\n")}`);

  const first = await gw(["haproxy", "--nodes", THREE, "-c", PLAIN]);
  const again = await gw(["haproxy", "--nodes", windows, "-c", PLAIN]);

  expect(again.out).toBe(first.out);
});

test("another order of the nodes changes nothing but the order of their lines", async () => {
  const [head, ...lines] = readFileSync(THREE, "utf8").trim().split("\n");
  const turned = file("turned.txt", [head, ...lines.toReversed()].join("\n"));

  const first = await gw(["haproxy", "--nodes", THREE, "-c", PLAIN]);
  const other = await gw(["haproxy", "--nodes", turned, "-c", PLAIN]);

  const sorted = (text: string) => text.split("\n").filter(isNoDigest).toSorted();
  expect(other.out).not.toBe(first.out);
  expect(sorted(other.out)).toEqual(sorted(first.out));
});

function isNoDigest(line: string): boolean {
  return !line.startsWith("# nodes sha256:");
}

test("--verify tells a file that is the result from one that is not", async () => {
  const words = ["haproxy", "--nodes", THREE, "-c", PLAIN];
  const { out } = await gw(words);
  const present = file("present.cfg", out);
  const changed = file("changed.cfg", out.replace("weight 50", "weight 60"));

  const equal = await gw([...words, "--verify", present]);
  const different = await gw([...words, "--verify", changed]);

  expect(equal).toMatchObject({ code: 0, out: "" });
  expect(different.code).toBe(1);
  expect(different.out).toContain("\n-    server gw-c 10.0.0.13:8080 weight 60  # zone rack3\n");
  expect(different.out).toContain("\n+    server gw-c 10.0.0.13:8080 weight 50  # zone rack3\n");
});
