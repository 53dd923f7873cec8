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

/** A file with times of all kinds, and a delay that the file does not say. */
export interface FuzzTimes {
  readonly root: object;
  readonly shutdownDelay: string;
}

const timeKeys = [
  ...["timeout", "idle_timeout", "read_timeout", "read_header_timeout", "write_timeout"],
  "max_shutdown_wait_time",
];
const amounts = ["0", "1", "5", "0.5", "1.000001", "999.9999999", "30", "75", "1000", "1000000"];
const oddAmounts = [
  "-1",
  "1e300",
  "1e-300",
  "9223372036854775807",
  "2562048",
  ".",
  "",
  "+3",
  "1_0",
];
const units = ["ns", "us", "\u00b5s", "\u03bcs", "ms", "s", "m", "h"];
const oddUnits = ["", "d", "S", "m30s", "h59m59.999999999s", "\u00b5", "\u2028", "s\n"];

/** Random times: tiny, huge, of odd units, and as bare numbers, which are nanoseconds. */
export function randomTimes(random: Random): FuzzTimes {
  const keys = timeKeys.filter(() => random.oneIn(3));
  const times = keys.map((key) => [key, randomTime(random)] as const);
  const node = random.oneIn(2) ? {} : { "gw/node": { shutdown_delay: randomTime(random) } };
  const backend = [{ host: ["http://a.invalid"], url_pattern: "/" }];
  const endpoint = { endpoint: "/a", backend, timeout: randomTime(random) };
  return {
    root: {
      ...{ version: 3, extra_config: node, endpoints: random.oneIn(2) ? [] : [endpoint] },
      ...Object.fromEntries(times),
    },
    shutdownDelay: random.oneIn(2) ? "" : randomDuration(random),
  };
}

function randomTime(random: Random): string | number {
  if (!random.oneIn(5)) return randomDuration(random);
  return Number(random.pick([...amounts, "1e300", "-1e300", "1e-300", "5e15", "1e18"]));
}

function randomDuration(random: Random): string {
  const amount = random.pick(random.oneIn(8) ? oddAmounts : amounts);
  return amount + random.pick(random.oneIn(8) ? oddUnits : units);
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
