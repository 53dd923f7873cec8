import { renderKeepalived } from "../cluster/keepalived-config.ts";
import {
  type Command,
  type CommandContext,
  type CommandOption,
  EXIT_OK,
  EXIT_USAGE,
  type GivenArguments,
} from "./command.ts";
import { reportUsage } from "./usage-error.ts";

function option(long: string, value: string, description: string): CommandOption {
  return { long, short: null, value, description, choices: [] };
}

const required = ["vip", "iface", "self", "peer", "priority"] as const;

/** `gw keepalived` */
export const keepalivedCommand: Command = {
  name: "keepalived",
  aliases: [],
  summary: "print a keepalived configuration for a balancer",
  usage: "--vip ADDR/N --iface NAME --self ADDR --peer ADDR --priority N [flags]",
  description:
    "Prints keepalived.conf for one of several HAProxy hosts that share an address: the one with the\n" +
    "highest priority holds it while its HAProxy answers. A balancer that reaches no node loses 30\n" +
    "points, so priorities must be less than 30 apart: 110 and 100. HAProxy must run with the page\n" +
    "/haproxy that 'gw haproxy' renders, and without '--stats off'.\n\n" +
    "The checks need curl and the user of --script-user. keepalived leaves them out where that user is\n" +
    "not there, and moves the address only when the whole host is gone. To create it on each host:\n" +
    "useradd --system --no-create-home --shell /usr/sbin/nologin keepalived_script",
  options: [
    option("vip", "ADDR/N", "the address that moves, with the length of its network's prefix"),
    option("iface", "NAME", "the interface that gets it"),
    option("self", "ADDR", "the address of this balancer"),
    option("peer", "ADDR", "the address of the other one; several with commas"),
    option("priority", "N", "31 to 254; the highest holds the address"),
    option("router-id", "NAME", "this balancer's name in its log (default: made of --self)"),
    option("virtual-router-id", "N", "the same on all balancers of an address (default: 51)"),
    option("stats", "ADDR:PORT", "--stats of 'gw haproxy' (default: 127.0.0.1:8404)"),
    option("script-user", "NAME", "runs the checks (default: keepalived_script)"),
  ],
  operands: [],
  examples: [
    "gw keepalived --vip 10.0.0.100/24 --iface eth0 --self 10.0.0.1 --peer 10.0.0.2 --priority 110",
    "gw keepalived --vip 10.0.0.100/24 --iface eth0 --self 10.0.0.2 --peer 10.0.0.1 --priority 100",
  ],
  exitCodes: [
    [EXIT_OK, "printed"],
    [EXIT_USAGE, "unknown flag or argument, one is missing, or its value is refused"],
  ],
  async run({ options }: GivenArguments, context: CommandContext) {
    const missing = required.filter((name) => (options.get(name) ?? "") === "");
    if (missing.length > 0) {
      const names = missing.map((name) => `--${name}`).join(", ");
      return reportUsage(`required and not given: ${names}`, keepalivedCommand.name, context);
    }
    const rendered = renderKeepalived({
      vip: options.get("vip") ?? "",
      iface: options.get("iface") ?? "",
      self: options.get("self") ?? "",
      peers: (options.get("peer") ?? "").split(","),
      priority: options.get("priority") ?? "",
      virtualRouterId: options.get("virtual-router-id") ?? "51",
      routerId: options.get("router-id"),
      stats: options.get("stats") ?? "127.0.0.1:8404",
      scriptUser: options.get("script-user") ?? "keepalived_script",
    });
    if ("problem" in rendered) {
      return reportUsage(rendered.problem, keepalivedCommand.name, context);
    }
    context.out.write(rendered.text);
    return EXIT_OK;
  },
};
