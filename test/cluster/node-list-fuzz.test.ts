import { expect, test } from "bun:test";
import { formatNodeAddress } from "../../src/cluster/cluster-node.ts";
import { parseNodeList } from "../../src/cluster/node-list.ts";
import { createRandom, type Random } from "../http1/random.ts";

const SEED = 20_260_729;
const INPUTS = 2000;

const addresses = [
  ...["10.0.0.11", "10.0.0.12:81", "10.0.0.[1-5]", "10.0.0.[01-05]", "10.0.0.256", "0.0.0.0"],
  ...["[2001:db8::5]:8080", "[2001:DB8::6]", "[::1]", "[fe80::1%eth0]", "2001:db8::5", "[::1"],
  ...["gw.test", "GW2.test:9090", "h[01-12].test", "h[3-1]", "h[1-2][3-4]", "gw_1", "a..b", "h:0"],
  ...["_gw._tcp.test", "_a._b.c:80", "http://h", "h[1-2000]", "127.0.0.1", "xn--bcher-kva.test"],
];
const options = [
  ...[
    "weight=50",
    "weight=0",
    "maxconn=9",
    "slots=4",
    "slots=0",
    "name=gw-a",
    "name=b.c",
    "zone=r1",
  ],
  ...[
    "backup",
    "drain",
    "disabled",
    "backup=1",
    "wieght=1",
    "name=",
    "zone=-",
    "name=10.0.0.11_8080",
  ],
];
const hostile = [
  ...['"', "'", "\\", "$X", `\${X}`, "%[src]", "\0", "\v", "\u2028", "\u0085", "\u00a0", "\ufeff"],
  ...[
    "\u001b[2J",
    "listen x",
    "stats socket /tmp/x",
    "<%= it %>",
    "#",
    "# {",
    "{",
    "`id`",
    "=",
    ";",
  ],
];
const ends = ["\n", "\n", "\r\n", "\r", " ", "\t", ""];

function randomList(random: Random): string {
  const lines = Array.from({ length: 1 + random.below(4) }, () => {
    const words = [random.pick(addresses)];
    while (random.oneIn(2)) words.push(random.pick(options));
    if (random.oneIn(4)) words.splice(random.below(words.length + 1), 0, random.pick(hostile));
    const glue = random.oneIn(12) ? "" : " ";
    return words.join(glue) + (random.oneIn(8) ? " # \u{1f600} it's $X %[src]" : "");
  });
  return lines.map((line) => line + random.pick(ends)).join("");
}

test(`what is accepted has no character that means something to HAProxy (seed ${SEED})`, () => {
  const random = createRandom(SEED);
  let accepted = 0;

  for (let index = 0; index < INPUTS; index++) {
    const text = randomList(random);
    const list = parseNodeList(new TextEncoder().encode(text), { name: "f", defaultPort: 8080 });
    if ("problems" in list) {
      const places = list.problems.map(({ line, column }) => line * 10_000 + column);
      expect(places, text).toEqual(places.toSorted((left, right) => left - right));
      expect(places.length, text).toBeGreaterThan(0);
      continue;
    }
    accepted++;
    for (const node of list.nodes) {
      expect(node.name, text).toMatch(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/);
      expect(node.zone ?? "z", text).toMatch(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/);
      expect(formatNodeAddress(node), text).toMatch(
        /^([a-z0-9.-]+:\d+|\[[0-9a-f:]+\]:\d+|_[a-z0-9-]+\._[a-z0-9.-]+)$/,
      );
    }
    const unique = (values: readonly string[]) => new Set(values).size;
    expect(unique(list.nodes.map(formatNodeAddress)), text).toBe(list.nodes.length);
    expect(unique(list.nodes.map(({ name }) => name)), text).toBe(list.nodes.length);
  }

  expect(accepted).toBeGreaterThan(INPUTS / 20);
  expect(accepted).toBeLessThan(INPUTS / 2);
});
