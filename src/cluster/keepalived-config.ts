import template from "../../templates/keepalived.conf.eta" with { type: "text" };
import { CheckedText } from "./checked-text.ts";
import {
  parseAddressInNetwork,
  parseIdentifier,
  parseInterfaceName,
  parseNumber,
} from "./keepalived-values.ts";
import { renderTemplate, type TemplateView } from "./render-template.ts";
import { type HostAddress, parseHostAddress, parseSocketAddress } from "./socket-address.ts";

/** What the command line says, as written. */
export interface KeepalivedFlags {
  readonly vip: string;
  readonly iface: string;
  readonly self: string;
  readonly peers: readonly string[];
  readonly priority: string;
  readonly virtualRouterId: string;
  /** `undefined`: made of {@link self}. */
  readonly routerId: string | undefined;
  readonly stats: string;
  readonly scriptUser: string;
}

/** The text of `keepalived.conf` for one of several balancers, or what is wrong with a flag. */
export function renderKeepalived(
  flags: KeepalivedFlags,
): { readonly text: string } | { readonly problem: string } {
  const vip = parseAddressInNetwork(flags.vip);
  if (vip === undefined) return refuse("vip", flags.vip, VIP);
  const self = parseHostAddress(flags.self);
  if (self === undefined) return refuse("self", flags.self, "an address such as 10.0.0.1");
  const peers: HostAddress[] = [];
  for (const given of flags.peers) {
    const peer = parseHostAddress(given);
    if (peer === undefined) return refuse("peer", given, "an address such as 10.0.0.2");
    peers.push(peer);
  }
  const problem = findContradiction(vip, self, peers);
  if (problem !== undefined) return { problem };

  const settings = readSettings(flags);
  if ("problem" in settings) return { problem: settings.problem };
  const routerId =
    flags.routerId === undefined ? routerIdOf(self) : parseIdentifier(flags.routerId);
  if (routerId === undefined) return refuse("router-id", flags.routerId ?? "", IDENTIFIER);
  const view = {
    ...settings.view,
    vip: vip.text,
    self: self.text,
    peers: peers.map(({ text }) => text),
    routerId,
  };
  return { text: renderTemplate(template, view) };
}

/** The log names balancers by words; colons of IPv6 would be odd there. */
function routerIdOf(self: HostAddress): CheckedText {
  return CheckedText.checked(`lb-${self.text.cfg().replaceAll(":", "_")}`, /^lb-[0-9a-f._]+$/);
}

const VIP = "an address with the prefix of its network: 10.0.0.100/24 (IPv6: /64)";

const IDENTIFIER = "letters, digits, dots, dashes and underscores, at most 32";

function readSettings(
  flags: KeepalivedFlags,
): { readonly view: TemplateView } | { readonly problem: string } {
  const iface = parseInterfaceName(flags.iface);
  if (iface === undefined) return refuse("iface", flags.iface, "the name of an interface: eth0");
  // 255 is for routers that own the address; below 31 nothing is left when all nodes are down.
  const priority = parseNumber(flags.priority, 31, 254);
  if (priority === undefined) return refuse("priority", flags.priority, "a number from 31 to 254");
  const virtualRouterId = parseNumber(flags.virtualRouterId, 1, 255);
  if (virtualRouterId === undefined) {
    return refuse("virtual-router-id", flags.virtualRouterId, "a number from 1 to 255");
  }
  if (flags.stats === "off") {
    return refuse("stats", "off", "a balancer without its page cannot be checked; ADDRESS:PORT");
  }
  const stats = parseSocketAddress(flags.stats);
  if (stats === undefined) {
    return refuse("stats", flags.stats, "ADDRESS:PORT, as for 'gw haproxy': 127.0.0.1:8404");
  }
  const scriptUser = parseIdentifier(flags.scriptUser);
  if (scriptUser === undefined) return refuse("script-user", flags.scriptUser, IDENTIFIER);
  return { view: { iface, priority, virtualRouterId, stats, scriptUser } };
}

function refuse(flag: string, given: string, expected: string): { readonly problem: string } {
  return { problem: `invalid argument ${JSON.stringify(given)} for --${flag}: ${expected}` };
}

/** keepalived takes all of these and then moves no address, or two balancers hold it at once. */
function findContradiction(
  vip: HostAddress,
  self: HostAddress,
  peers: readonly HostAddress[],
): string | undefined {
  if (peers.length === 0) return "--peer names no other balancer";
  const hosts = [self, ...peers];
  if (hosts.some(({ bytes }) => bytes.length !== vip.bytes.length)) {
    return "--vip, --self and --peer must be all IPv4 or all IPv6";
  }
  const names = hosts.map(({ text }) => text.cfg());
  const [vipName = ""] = vip.text.cfg().split("/");
  if (names.includes(vipName)) return "--vip is the moving address, not that of a balancer";
  if (new Set(names).size < names.length) return "--self and --peer name a balancer twice";
  return undefined;
}
