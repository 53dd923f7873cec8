import { formatIp, parseIp } from "../lib/cidr.ts";
import { CheckedText } from "./checked-text.ts";

/** Where the balancer listens. */
export interface BindAddress {
  readonly address: CheckedText;
  readonly port: number;
  /** An address of IPv6, or all of them. */
  readonly isIpv6: boolean;
  /** All addresses of IPv4: `:80`. */
  readonly isWildcard: boolean;
}

/** Reads `:PORT`, `IPV4:PORT` or `[IPV6]:PORT`. */
export function parseBindAddress(text: string): BindAddress | undefined {
  const parts = split(text);
  if (parts === undefined) return undefined;
  const { host, port } = parts;
  if (host === "") {
    const address = CheckedText.own(`:${port}`);
    return { address, port, isIpv6: false, isWildcard: true };
  }
  const written = render(host, port);
  if (written === undefined) return undefined;
  return { address: written, port, isIpv6: host.includes(":"), isWildcard: false };
}

/** Reads `IPV4:PORT` or `[IPV6]:PORT`. */
export function parseSocketAddress(text: string): CheckedText | undefined {
  const parts = split(text);
  return parts === undefined ? undefined : render(parts.host, parts.port);
}

function split(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, bracketed, plain = "", portText = ""] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]*)):([1-9]\d{0,4})$/.exec(text) ?? [];
  const port = Number(portText);
  if (portText === "" || port > 65_535) return undefined;
  return { host: bracketed ?? plain, port };
}

function render(host: string, port: number): CheckedText | undefined {
  const bytes = parseIp(host);
  if (bytes === undefined) return undefined;
  const address = bytes.length === 4 ? formatIp(bytes) : `[${formatIp(bytes)}]`;
  return CheckedText.own(`${address}:${port}`);
}
