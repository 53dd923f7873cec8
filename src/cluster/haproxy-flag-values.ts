import { parseNetwork } from "../lib/cidr.ts";
import { parseGoDuration } from "../lib/duration.ts";
import { CheckedText } from "./checked-text.ts";
import { HEADER_NAME } from "./haproxy-alphabets.ts";
import { parseRemoteAddress } from "./socket-address.ts";

/** So many requests in a period, for each key. */
export interface RateLimit {
  readonly count: number;
  readonly periodSeconds: number;
  /** `null`: the client's address. */
  readonly header: CheckedText | null;
}

/** Another balancer, or this one; `address` is `HOST:PORT`. */
export interface Peer {
  readonly name: CheckedText;
  readonly address: CheckedText;
}

const FILE_PATH = /^\/[A-Za-z0-9_./@+-]+$/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;
const HOST_NAME = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;
const USER = /^[a-z_][a-z0-9_-]{0,31}$/;

const BALANCE: Readonly<Record<string, CheckedText>> = {
  leastconn: CheckedText.own("leastconn"),
  roundrobin: CheckedText.own("roundrobin"),
  random: CheckedText.own("random(2)"),
  source: CheckedText.own("source"),
};

/** Of a rate: a day. */
export const LONGEST_PERIOD_SECONDS = 86_400;

/** Of HAProxy's `maxconn`. */
export const MOST_CONNECTIONS = 1_000_000;

/** The absolute path of a file or folder, without `..`. */
export function parsePath(text: string): CheckedText | undefined {
  return text.split("/").includes("..") ? undefined : CheckedText.from(text, FILE_PATH);
}

/** The name of a balancer among its peers. */
export function parseName(text: string): CheckedText | undefined {
  return CheckedText.from(text, NAME);
}

/** A name in DNS, as certificates carry it. */
export function parseHostName(text: string): CheckedText | undefined {
  return CheckedText.from(text, HOST_NAME);
}

/** The name of a user of the system. */
export function parseUser(text: string): CheckedText | undefined {
  return CheckedText.from(text, USER);
}

/** An algorithm, or the header whose value is hashed. */
export function parseBalance(text: string): CheckedText | undefined {
  if (Object.hasOwn(BALANCE, text)) return BALANCE[text];
  const header = parseHeaderKey(text);
  return header === undefined ? undefined : CheckedText.join`hdr(${header})`;
}

/** `hdr(Name)` */
function parseHeaderKey(text: string): CheckedText | undefined {
  const name = /^hdr\((.*)\)$/.exec(text)?.[1];
  return name === undefined ? undefined : CheckedText.from(name, HEADER_NAME);
}

/** `COUNT/PERIOD[:KEY]`, of whole seconds up to a day. */
export function parseRate(text: string): RateLimit | undefined {
  const [, countText = "", periodText = "", key = "src"] =
    /^(\d{1,9})\/([^:]+)(?::(.+))?$/.exec(text) ?? [];
  const count = Number(countText);
  const periodMs = parseGoDuration(periodText);
  if (count < 1 || typeof periodMs !== "number" || periodMs % 1000 !== 0) return undefined;
  if (periodMs < 1000 || periodMs > LONGEST_PERIOD_SECONDS * 1000) return undefined;
  const header = key === "src" ? null : parseHeaderKey(key);
  return header === undefined ? undefined : { count, periodSeconds: periodMs / 1000, header };
}

/** `512`, `512k`, `1m` or `1g`, in bytes. */
export function parseSize(text: string): number | undefined {
  const [, digits = "", unit = ""] = /^(\d{1,9})([kmg]?)$/.exec(text) ?? [];
  const bytes = Number(digits) * ({ "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit] ?? 0);
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Networks or addresses, separated by commas. */
export function parseTrusted(text: string): readonly CheckedText[] | undefined {
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

/** `NAME=ADDRESS:PORT` */
export function parsePeer(text: string): Peer | undefined {
  const at = text.indexOf("=");
  const name = parseName(text.slice(0, Math.max(0, at)));
  const address = parseRemoteAddress(text.slice(at + 1));
  return name === undefined || address === undefined ? undefined : { name, address };
}

/** 1 to {@link MOST_CONNECTIONS}. */
export function parseCount(text: string): number | undefined {
  const count = /^[1-9]\d{0,6}$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= MOST_CONNECTIONS ? count : undefined;
}
