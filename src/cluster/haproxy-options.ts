import { CheckedText } from "./checked-text.ts";
import {
  LONGEST_PERIOD_SECONDS,
  MOST_CONNECTIONS,
  type Peer,
  parseBalance,
  parseCount,
  parseHostName,
  parseName,
  parsePath,
  parsePeer,
  parseRate,
  parseSize,
  parseTrusted,
  parseUser,
  type RateLimit,
} from "./haproxy-flag-values.ts";
import {
  type BindAddress,
  parseBindAddress,
  parseRemoteAddress,
  parseSocketAddress,
} from "./socket-address.ts";

/** What the flags of `gw haproxy` say, checked. */
export interface HaproxyOptions {
  /** All flags that decide about the file, as they were given: `--rate 100/1s:src`. */
  readonly written: readonly CheckedText[];
  /** Empty: `:80`, with a certificate also `:443`. */
  readonly binds: readonly BindAddress[];
  /** A PEM file, or a folder of them; `null`: clients speak plain HTTP. */
  readonly certificate: CheckedText | null;
  /** To clients over TLS. */
  readonly speaksHttp2: boolean;
  readonly nodeTls: NodeTlsOptions;
  readonly balance: CheckedText;
  /** The algorithm hashes something of the request. */
  readonly isHashed: boolean;
  readonly retry: "safe" | "idempotent" | "none";
  readonly rate: RateLimit | null;
  readonly maxBodyBytes: number | null;
  /** Networks whose forwarding headers are believed; empty: nobody's. */
  readonly trusted: readonly CheckedText[];
  readonly acceptsProxy: boolean;
  readonly peers: readonly Peer[];
  /** Which of the peers this balancer is. */
  readonly self: CheckedText | null;
  /** Empty: those of /etc/resolv.conf. */
  readonly resolvers: readonly CheckedText[];
  /** `null`: no statistics page. */
  readonly stats: CheckedText | null;
  readonly maxConnections: number;
  /** `null`: HAProxy keeps the user that starts it. */
  readonly user: CheckedText | null;
}

/** How HAProxy speaks TLS to the nodes. */
export interface NodeTlsOptions {
  readonly authority: CheckedText | null;
  readonly name: CheckedText | null;
  readonly certificate: CheckedText | null;
  readonly isInsecure: boolean;
}

/** The words of the command line, by long name. */
export interface GivenFlags {
  get(name: string): string | undefined;
  all(name: string): readonly string[];
  has(name: string): boolean;
}

/** Reads all flags; the first that makes no sense is a problem for the user. */
export function readHaproxyOptions(
  given: GivenFlags,
): HaproxyOptions | { readonly problem: string } {
  try {
    return { ...readAll(new FlagReader(given)), written: writeFlags(given) };
  } catch (error) {
    if (error instanceof FlagProblem) return { problem: error.message };
    throw error;
  }
}

/** Flags that decide about the file, in the order of its head. */
export const RENDERING_FLAGS: readonly string[] = [
  "bind",
  "cert",
  "no-h2",
  "node-ca",
  "node-name",
  "node-cert",
  "node-insecure",
  "balance",
  "retry",
  "rate",
  "max-body",
  "trust",
  "accept-proxy",
  "peer",
  "self",
  "resolver",
  "stats",
  "maxconn",
  "user",
];

/** What the values of flags are made of that were read without a problem. */
const FLAG = /^--[a-z0-9-]+( [A-Za-z0-9_.:/@+,()=[\]-]+)?$/;

function writeFlags(given: GivenFlags): readonly CheckedText[] {
  return RENDERING_FLAGS.filter((name) => given.has(name)).flatMap((name) => {
    const values = given.all(name);
    const value = given.get(name);
    if (values.length > 0)
      return values.map((one) => CheckedText.checked(`--${name} ${one}`, FLAG));
    return CheckedText.checked(value ? `--${name} ${value}` : `--${name}`, FLAG);
  });
}

function readAll(flags: FlagReader): Omit<HaproxyOptions, "written"> {
  const balance = flags.read(
    "balance",
    parseBalance,
    "leastconn, roundrobin, random, source or hdr(Name)",
  );
  const rate = flags.read(
    "rate",
    parseRate,
    "COUNT/PERIOD[:KEY] such as 100/1s:src or 1000/1m:hdr(X-Api-Key)",
  );
  const certificate = flags.readPath("cert");
  if (certificate === null && flags.has("no-h2")) {
    throw new FlagProblem("--no-h2 has no effect without --cert");
  }
  if (rate?.count === 1) throw new FlagProblem(tooFew(rate));
  const retry = flags.read("retry", parseRetry, "safe, idempotent or none") ?? "safe";
  return {
    binds: flags.readAll("bind", parseBindAddress, ":PORT, IPV4:PORT or [IPV6]:PORT"),
    certificate,
    speaksHttp2: !flags.has("no-h2"),
    nodeTls: {
      authority: flags.readPath("node-ca"),
      name: flags.read("node-name", parseHostName, "a host name"),
      certificate: flags.readPath("node-cert"),
      isInsecure: flags.has("node-insecure"),
    },
    balance: balance ?? CheckedText.own("leastconn"),
    isHashed: balance !== null && /^(source|hdr\()/.test(balance.cfg()),
    retry,
    rate,
    maxBodyBytes: flags.read("max-body", parseSize, "a size such as 512k or 1m"),
    trusted: flags
      .readAll("trust", parseTrusted, "networks such as 10.0.0.0/8, separated by commas")
      .flat(),
    acceptsProxy: flags.has("accept-proxy"),
    ...readPeers(flags, rate !== null),
    resolvers: flags.readAll("resolver", parseRemoteAddress, "ADDRESS:PORT of one host"),
    stats: readStats(flags),
    maxConnections:
      flags.read("maxconn", parseCount, `a number from 1 to ${MOST_CONNECTIONS}`) ?? 20_000,
    user: readUser(flags),
  };
}

function readPeers(flags: FlagReader, hasRate: boolean): Pick<HaproxyOptions, "peers" | "self"> {
  const peers = flags.readAll("peer", parsePeer, "NAME=ADDRESS:PORT of one host");
  const self = flags.read("self", parseName, "the name of a balancer");
  const names = peers.map(({ name }) => name.cfg());
  if (self !== null && peers.length === 0) {
    throw new FlagProblem(
      "--self has no effect without --peer: give all balancers, this one as well",
    );
  }
  if (self !== null && !names.includes(self.cfg())) {
    throw new FlagProblem(`--self ${self.cfg()} is none of the peers: ${names.join(", ")}`);
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new FlagProblem(`--peer ${twice} is given twice`);
  if (peers.length > 0 && !hasRate) throw new FlagProblem("--peer has no effect without --rate");
  return { peers, self };
}

/** An exception only between the flag and {@link readHaproxyOptions}. */
class FlagProblem extends Error {}

class FlagReader {
  readonly #given: GivenFlags;

  constructor(given: GivenFlags) {
    this.#given = given;
  }

  has(name: string): boolean {
    return this.#given.has(name);
  }

  text(name: string): string | undefined {
    return this.#given.get(name);
  }

  read<Value>(
    name: string,
    parse: (text: string) => Value | undefined,
    expected: string,
  ): Value | null {
    const text = this.#given.get(name);
    return text === undefined ? null : this.#parse(name, text, parse, expected);
  }

  readAll<Value>(
    name: string,
    parse: (text: string) => Value | undefined,
    expected: string,
  ): readonly Value[] {
    return this.#given.all(name).map((text) => this.#parse(name, text, parse, expected));
  }

  readPath(name: string): CheckedText | null {
    return this.read(name, parsePath, "an absolute path of letters, digits and _ . / @ + -");
  }

  #parse<Value>(
    name: string,
    text: string,
    parse: (text: string) => Value | undefined,
    expected: string,
  ): Value {
    const value = parse(text);
    if (value !== undefined) return value;
    throw new FlagProblem(`invalid argument ${JSON.stringify(text)} for --${name}: ${expected}`);
  }
}

/** HAProxy's sliding rate shows a single request for the whole of the next period. */
function tooFew({ periodSeconds, header }: RateLimit): string {
  const isDoubled = periodSeconds <= LONGEST_PERIOD_SECONDS / 2;
  const key = header === null ? "src" : `hdr(${header.cfg()})`;
  const instead = `2/${isDoubled ? 2 * periodSeconds : LONGEST_PERIOD_SECONDS}s:${key}`;
  return `--rate with a count of 1 lets through one request in two periods: write ${instead}`;
}

function parseRetry(text: string): HaproxyOptions["retry"] | undefined {
  return text === "safe" || text === "idempotent" || text === "none" ? text : undefined;
}

function readStats(flags: FlagReader): CheckedText | null {
  if (flags.text("stats") === "off") return null;
  return (
    flags.read("stats", parseSocketAddress, "ADDRESS:PORT or off") ??
    CheckedText.own("127.0.0.1:8404")
  );
}

function readUser(flags: FlagReader): CheckedText | null {
  if (flags.text("user") === "none") return null;
  const expected = "a user's name or none";
  return flags.read("user", parseUser, expected) ?? CheckedText.own("haproxy");
}
