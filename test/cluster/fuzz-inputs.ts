import type { Random } from "../http1/random.ts";

/** A node list and flags, as somebody hostile or careless would write them. */
export interface FuzzInput {
  readonly list: string;
  readonly flags: readonly string[];
  /** `router.health_path` of the gateway's file. */
  readonly healthPath: string;
}

const addresses = [
  ...["10.0.0.11", "10.0.0.12:81", "10.0.1.[1-5]", "10.0.2.[01-05]:9000", "h[01-12].invalid"],
  ...["[2001:db8::5]:8080", "[2001:DB8::6]", "gw.invalid", "GW2.invalid:9090", "192.0.2.7:65535"],
  ...["_gw._tcp.invalid", "xn--bcher-kva.invalid", "10.0.3.1", "10.0.3.2", "10.0.3.3:1"],
];
const brokenAddresses = [
  ...["10.0.0.256", "0.0.0.0", "[fe80::1%eth0]", "2001:db8::5", "[::1", "h[3-1]", "h[1-2][3-4]"],
  ...["gw_1", "a..b", "h:0", "_a._b.c:80", "http://h", "h[1-2000]", "-", "h:80:80", "[]"],
];
const options = [
  ...["weight=50", "weight=256", "maxconn=9", "slots=4", "name=gw-a", "name=b.c", "zone=r1"],
  ...["backup", "drain", "disabled"],
];
const brokenOptions = [
  "weight=0",
  "slots=0",
  "backup=1",
  "wieght=1",
  "name=",
  "zone=-",
  "maxconn=1e3",
];
const hostile = [
  ...['"', "'", "\\", "$X", `\${X}`, "%[src]", "\0", "\v", "\u2028", "\u0085", "\u00a0", "\ufeff"],
  ...["\u001b[2J", "listen x", "stats socket /tmp/x", "<%= it %>", "<% } -%>", "{", "`id`", ";"],
  ...["\n    server x 1.2.3.4:1", "\rlisten y", "#", "\n", "name=a\nglobal"],
];
const ends = ["\n", "\n", "\r\n", "\r", "\n\n"];

const flagValues: Readonly<Record<string, readonly string[]>> = {
  "--bind": [":8080", "127.0.0.1:81", "[::1]:82"],
  "--balance": ["leastconn", "random", "source", "hdr(X-Api-Key)"],
  "--retry": ["safe", "idempotent", "none"],
  "--rate": ["100/1s", "5/1m:src", "9/10s:hdr(X-Key)"],
  "--max-body": ["1m", "512k"],
  "--trust": ["192.0.2.0/24", "2001:db8::/32,10.0.0.0/8"],
  "--resolver": ["127.0.0.1:53", "[::1]:53"],
  "--stats": ["off", "127.0.0.1:8405"],
  "--maxconn": ["400", "20000"],
  "--user": ["none", "root"],
};
const healthPaths = ["/__health", "/up", "/a/b.c-d_e~f"];

/** A random input, hostile in about one place of four. */
export function randomInput(random: Random): FuzzInput {
  const lines = Array.from({ length: 1 + random.below(4) }, () => randomLine(random));
  const list = lines.map((line) => line + random.pick(ends)).join("");
  const flags = random.oneIn(2) ? [] : randomFlags(random);
  const healthPath = random.oneIn(10) ? spoil(random, "/__health") : random.pick(healthPaths);
  return { list: random.oneIn(12) ? `\ufeff${list}` : list, flags, healthPath };
}

function randomLine(random: Random): string {
  const words = [random.pick(random.oneIn(15) ? brokenAddresses : addresses)];
  while (random.oneIn(3)) words.push(random.pick(random.oneIn(8) ? brokenOptions : options));
  if (random.oneIn(12)) words.splice(random.below(words.length + 1), 0, random.pick(hostile));
  const line = words.join(random.oneIn(20) ? "" : " ");
  return random.oneIn(8) ? `${line} # \u{1f600} it's $X %[src] "` : line;
}

function randomFlags(random: Random): string[] {
  const names = Object.keys(flagValues);
  return Array.from({ length: 1 + random.below(3) }, () => random.pick(names)).flatMap((name) => {
    const value = random.pick(flagValues[name] ?? [""]);
    return [name, random.oneIn(8) ? spoil(random, value) : value];
  });
}

function spoil(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + random.pick(hostile) + text.slice(at);
}
