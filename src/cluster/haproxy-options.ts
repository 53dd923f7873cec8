import { parseNetwork } from "../lib/cidr.ts";
import { parseGoDuration } from "../lib/duration.ts";
import { CheckedText } from "./checked-text.ts";
import { type BindAddress, parseBindAddress, parseSocketAddress } from "./socket-address.ts";

/** What the flags of `gw haproxy` say, checked. */
export interface HaproxyOptions {
  /** Empty: `:80`, with a certificate also `:443`. */
  readonly binds: readonly BindAddress[];
  /** A PEM file, or a folder of them; `null`: clients speak plain HTTP. */
  readonly certificate: CheckedText | null;
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

/** So many requests in a period, for each key. */
export interface RateLimit {
  readonly count: number;
  readonly periodSeconds: number;
  /** `null`: the client's address. */
  readonly header: CheckedText | null;
}

/** Another balancer, or this one. */
export interface Peer {
  readonly name: CheckedText;
  readonly address: CheckedText;
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
    return readAll(new FlagReader(given));
  } catch (error) {
    if (error instanceof FlagProblem) return { problem: error.message };
    throw error;
  }
}

const FILE_PATH = /^\/[A-Za-z0-9_./@+-]+$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;
const HOST_NAME = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;
const USER = /^[a-z_][a-z0-9_-]{0,31}$/;
/** A token of RFC 9110, without what HAProxy's own syntax knows. */
const HEADER = /^[A-Za-z0-9-_.]{1,64}$/;

const BALANCE: Readonly<Record<string, string>> = {
  leastconn: "leastconn",
  roundrobin: "roundrobin",
  random: "random(2)",
  source: "source",
};

const MOST_CONNECTIONS = 1_000_000;

function readAll(flags: FlagReader): HaproxyOptions {
  const balance = flags.read(
    "balance",
    parseBalance,
    "leastconn, roundrobin, random, source or hdr(Name)",
  );
  const peers = flags.readAll("peer", parsePeer, "NAME=ADDRESS:PORT");
  const self = flags.read("self", (text) => CheckedText.from(text, NAME), "the name of a balancer");
  const rate = flags.read(
    "rate",
    parseRate,
    "COUNT/PERIOD[:KEY] such as 100/1s:src or 1000/1m:hdr(X-Api-Key)",
  );
  const retry = flags.read("retry", parseRetry, "safe, idempotent or none") ?? "safe";
  if (self !== null && peers.length > 0 && !peers.some(({ name }) => name.cfg() === self.cfg())) {
    throw new FlagProblem(
      `--self ${self.cfg()} is none of the peers: ${peers.map(({ name }) => name.cfg()).join(", ")}`,
    );
  }
  const peerNames = peers.map(({ name }) => name.cfg());
  const twice = peerNames.find((name, index) => peerNames.indexOf(name) !== index);
  if (twice !== undefined) throw new FlagProblem(`--peer ${twice} is given twice`);
  if (peers.length > 0 && rate === null)
    throw new FlagProblem("--peer has no effect without --rate");
  return {
    binds: flags.readAll("bind", parseBindAddress, ":PORT, IPV4:PORT or [IPV6]:PORT"),
    certificate: flags.readPath("cert"),
    nodeTls: {
      authority: flags.readPath("node-ca"),
      name: flags.read("node-name", (text) => CheckedText.from(text, HOST_NAME), "a host name"),
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
    peers,
    self,
    resolvers: flags.readAll("resolver", parseSocketAddress, "ADDRESS:PORT"),
    stats: readStats(flags),
    maxConnections:
      flags.read("maxconn", parseCount, `a number from 1 to ${MOST_CONNECTIONS}`) ?? 20_000,
    user: readUser(flags),
  };
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

function parsePath(text: string): CheckedText | undefined {
  return text.split("/").includes("..") ? undefined : CheckedText.from(text, FILE_PATH);
}

function parseBalance(text: string): CheckedText | undefined {
  const known = Object.hasOwn(BALANCE, text) ? BALANCE[text] : undefined;
  if (known !== undefined) return CheckedText.own(known);
  const header = parseHeaderKey(text);
  return header === undefined ? undefined : CheckedText.own(`hdr(${header.cfg()})`);
}

/** `hdr(Name)` */
function parseHeaderKey(text: string): CheckedText | undefined {
  const name = /^hdr\((.*)\)$/.exec(text)?.[1];
  return name === undefined ? undefined : CheckedText.from(name, HEADER);
}

function parseRetry(text: string): HaproxyOptions["retry"] | undefined {
  return text === "safe" || text === "idempotent" || text === "none" ? text : undefined;
}

function parseRate(text: string): RateLimit | undefined {
  const [, countText = "", periodText = "", key = "src"] =
    /^(\d{1,9})\/([^:]+)(?::(.+))?$/.exec(text) ?? [];
  const count = Number(countText);
  const periodMs = parseGoDuration(periodText);
  if (count < 1 || typeof periodMs !== "number" || periodMs % 1000 !== 0) return undefined;
  if (periodMs < 1000 || periodMs > 86_400_000) return undefined;
  const header = key === "src" ? null : parseHeaderKey(key);
  return header === undefined ? undefined : { count, periodSeconds: periodMs / 1000, header };
}

function parseSize(text: string): number | undefined {
  const [, digits = "", unit = ""] = /^(\d{1,9})([kmg]?)$/.exec(text) ?? [];
  const bytes = Number(digits) * ({ "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit] ?? 0);
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

function parseTrusted(text: string): readonly CheckedText[] | undefined {
  const networks = text
    .split(",")
    .map((network) =>
      parseNetwork(network) === undefined
        ? undefined
        : CheckedText.from(network, /^[0-9A-Fa-f.:/]+$/),
    );
  const known = networks.filter((network) => network !== undefined);
  return known.length === networks.length ? known : undefined;
}

function parsePeer(text: string): Peer | undefined {
  const at = text.indexOf("=");
  const name = CheckedText.from(text.slice(0, Math.max(0, at)), NAME);
  const address = parseSocketAddress(text.slice(at + 1));
  return name === undefined || address === undefined ? undefined : { name, address };
}

function parseCount(text: string): number | undefined {
  const count = /^[1-9]\d{0,6}$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= MOST_CONNECTIONS ? count : undefined;
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
  return (
    flags.read("user", (text) => CheckedText.from(text, USER), expected) ??
    CheckedText.own("haproxy")
  );
}
