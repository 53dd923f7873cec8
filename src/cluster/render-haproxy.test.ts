import { expect, test } from "bun:test";
import template from "../../templates/haproxy.cfg.eta" with { type: "text" };
import type { ClusterNode } from "./cluster-node.ts";
import { defaultFacts } from "./gateway-facts.ts";
import type { HaproxyInput } from "./haproxy-input.ts";
import { type HaproxyOptions, readHaproxyOptions } from "./haproxy-options.ts";
import { renderHaproxy } from "./render-haproxy.ts";

function optionsOf(words: Readonly<Record<string, string>> = {}): HaproxyOptions {
  const options = readHaproxyOptions({
    get: (name) => words[name],
    all: (name) => (name in words ? [words[name] ?? ""] : []),
    has: (name) => name in words,
  });
  if ("problem" in options) throw new Error(options.problem);
  return options;
}

const node: ClusterNode = {
  source: "hosts.txt",
  line: 1,
  column: 1,
  name: "gw-a",
  host: "10.0.0.11",
  kind: "ipv4",
  port: 8080,
  weight: 100,
  maxConnections: null,
  slots: null,
  zone: null,
  isBackup: false,
  state: "active",
};

function input(changes: Partial<HaproxyInput> = {}): HaproxyInput {
  const whole = { nodes: [node], nodesDigest: "0123456789ab", facts: defaultFacts() };
  return { ...whole, options: optionsOf(), ...changes };
}

test.each([
  ["a name with a line end", { name: "gw-a\n    server x" }],
  ["a name with a blank", { name: "gw-a ssl" }],
  ["a zone with a variable", { zone: "$HOME" }],
  ["a zone that ends its comment", { zone: "a\r" }],
  ["a host with a format", { host: "%[src]" }],
])("%s that the parser let through is a bug, not a directive", (_name, changes) => {
  const render = () => renderHaproxy(input({ nodes: [{ ...node, ...changes }] }));

  expect(render).toThrow("was not checked");
});

test.each([
  ["health path", { healthPath: "/up if { always_true }" }],
  ["service name", { name: "shop\nlisten x" }],
  ["digest", { digest: "a b" }],
])("a %s that nobody checked is a bug, not a directive", (_name, changes) => {
  const render = () => renderHaproxy(input({ facts: { ...defaultFacts(), ...changes } }));

  expect(render).toThrow("was not checked");
});

test("a number that is none is a bug", () => {
  const render = () => renderHaproxy(input({ nodes: [{ ...node, weight: Number.NaN }] }));

  expect(render).toThrow("is no whole number");
});

test.each([
  [0.5, "1ms"],
  [1000.5, "1s"],
  [1500, "1500ms"],
  [60_000, "10s"],
])("a limit of %d ms for a request is %s", (requestTimeoutMs, written) => {
  const text = renderHaproxy(input({ facts: { ...defaultFacts(), requestTimeoutMs } }));

  expect(text).toContain(`\n    timeout http-request ${written}\n`);
});

test("no line of trusted networks is longer than HAProxy reads", () => {
  const networks = Array.from({ length: 100 }, (_, index) => `10.${index}.0.0/16`);

  const text = renderHaproxy(input({ options: optionsOf({ trust: networks.join(",") }) }));

  const lines = text.match(/^ {4}acl from_proxy src .*$/gm) ?? [];
  expect(lines.flatMap((line) => line.split(" ").slice(7))).toEqual(networks);
  expect(Math.max(...lines.map((line) => line.trim().split(" ").length))).toBeLessThan(64);
});

test("without retries only what was never sent is sent again", () => {
  const text = renderHaproxy(input({ options: optionsOf({ retry: "none" }) }));

  expect(text).toContain("\n    retry-on conn-failure\n");
  expect(text).not.toContain("disable-l7-retry");
});

/** Where a line more would go unnoticed by the other lines. */
const PLACE = "frontend gw\n";

test.each([
  ["another section", "listen evil\n", "the sections"],
  ["a section away from the margin", "    listen evil\n", "the sections"],
  ["a section behind two blanks", "  frontend evil\n", "the sections"],
  ["a known section twice", "backend gw\n", "the sections"],
  ["a limit's table without a limit", "backend gw_rate\n", "the sections"],
  ["name servers without names", "resolvers dns\n", "the sections"],
  ["peers without peers", "peers lb\n", "the sections"],
  ["a directive at the margin", "bind :1\n", "the sections"],
  ["a server more", "    server evil 10.0.0.1:1\n", "2 server lines for 1 nodes"],
  ["a template of servers more", "    server-template e 1 a:1\n", "2 server lines for 1 nodes"],
  ["a tab", "\tbind :1\n", "the character 9"],
  ["an escape", "    # \x1b\n", "the character 27"],
  ["a separator of lines", "    # \u2028\n", "the character 8232"],
  ["a NUL", "    # \0\n", "the character 0"],
])("a file with %s is never handed out", (_name, lines, message) => {
  const broken = template.replace(PLACE, `${lines}${PLACE}`);

  expect(broken).not.toBe(template);
  expect(() => renderHaproxy(input(), broken)).toThrow(message);
});

test.each([
  ["\nbackend gw\n", "\n"],
  ["frontend stats\n", ""],
  ["defaults\n", "global\n"],
])("a file without its section %j is never handed out", (head, instead) => {
  const broken = template.replace(head, instead);

  expect(() => renderHaproxy(input(), broken)).toThrow("the sections");
});

test("each part that is asked for brings its section, in order", () => {
  const words = { rate: "5/1s", peer: "lb1=10.0.0.1:1000", self: "lb1", stats: "off" };
  const named: ClusterNode = { ...node, kind: "dns", host: "gw.example" };

  const text = renderHaproxy(input({ nodes: [named], options: optionsOf(words) }));

  expect([...(text.match(/^[a-z].*$/gm) ?? [])]).toEqual([
    ...["global", "defaults", "resolvers dns", "peers lb", "frontend gw"],
    ...["backend gw_rate", "backend gw"],
  ]);
});

test("a header of addresses that nobody checked is a bug, not a directive", () => {
  const facts = { ...defaultFacts(), addressHeaders: ["X-A if { always_true }"] };

  expect(() => renderHaproxy(input({ facts }))).toThrow("was not checked");
});
