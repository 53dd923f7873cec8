import {
  type Command,
  type CommandContext,
  type CommandOption,
  configOption,
  EXIT_FAILURE,
  EXIT_OK,
  EXIT_REFUSED,
  EXIT_USAGE,
  type GivenArguments,
} from "./command.ts";
import { nodeListOptions } from "./node-lists.ts";

function option(
  long: string,
  value: string | null,
  description: string,
  more: Partial<CommandOption> = {},
): CommandOption {
  return { long, short: null, value, description, choices: [], ...more };
}

const several = { isRepeatable: true } as const;

/** `gw haproxy` */
export const haproxyCommand: Command = {
  name: "haproxy",
  aliases: [],
  summary: "render the configuration of an HAProxy in front of the nodes",
  usage: "--nodes HOSTS [-c FILE] [OPTIONS]",
  description:
    "Prints an haproxy.cfg for the nodes of a list, made for the gateway configuration that they run:\n" +
    "timeouts, health check, port and TLS come from it. Equal input gives equal bytes. Nothing is\n" +
    "printed when anything is wrong. Without -c the configuration in the program counts, if it carries\n" +
    "one; else the defaults. What is not here goes into a second file: haproxy -f haproxy.cfg -f local.cfg",
  options: [
    ...nodeListOptions,
    configOption,
    { ...option("out", "OUT", "write this file instead, if HAProxy accepts it"), short: "o" },
    option("check", null, "ask 'haproxy -c' whether it accepts the result"),
    option(
      "verify",
      "PATH",
      "compare with this file and write nothing: exit code 1 and a diff if it differs",
    ),
    option(
      "bind",
      "ADDRESS",
      "listen here (default :80; with --cert :443 too, and port 80 redirects)",
      several,
    ),
    option(
      "cert",
      "PATH",
      "PEM file or folder of the balancer's certificates: TLS, redirect, HSTS",
    ),
    option("no-h2", null, "clients speak HTTP/1.1 alone, and repeat no POST whose node died"),
    option("node-ca", "PATH", "authority of the nodes' certificates, where the gateway has 'tls'"),
    option(
      "node-name",
      "NAME",
      "name in the nodes' certificates; without it any of that authority is taken",
    ),
    option("node-cert", "PATH", "certificate that the balancer shows to nodes with enable_mtls"),
    option("node-insecure", null, "speak TLS to the nodes without checking who they are"),
    option("balance", "ALGORITHM", "leastconn (default), roundrobin, random, source or hdr(Name)"),
    option("retry", "METHODS", "which requests are repeated on another node (default: safe)", {
      choices: ["safe", "idempotent", "none"],
    }),
    option(
      "rate",
      "COUNT/PERIOD[:KEY]",
      "limit requests of the whole cluster: 100/1s:src, 1000/1m:hdr(X-Api-Key); src behind --trust: who the proxy names",
    ),
    option(
      "max-body",
      "SIZE",
      "refuse larger requests with 413: 512k, 1m; of a chunked body only what is buffered counts",
    ),
    option("trust", "CIDR,...", "proxies in front, whose forwarding headers are believed", several),
    option(
      "accept-proxy",
      null,
      "expect the PROXY protocol of a balancer of layer 4: nobody else may reach --bind",
    ),
    option(
      "peer",
      "NAME=ADDRESS:PORT",
      "a balancer that shares the counters of --rate; give all of them",
      several,
    ),
    option("self", "NAME", "which of the peers this balancer is; only with --peer"),
    option("resolver", "ADDRESS:PORT", "name server (default: /etc/resolv.conf)", several),
    option(
      "stats",
      "ADDRESS:PORT",
      "statistics, /metrics, /haproxy (default 127.0.0.1:8404); off: none",
    ),
    option("maxconn", "N", "connections of clients at once (default 20000); two descriptors each"),
    option("user", "NAME", "user and group of HAProxy (default haproxy); none: as it is started"),
  ],
  operands: [],
  exclusive: [
    ["verify", "out"],
    ["node-ca", "node-insecure"],
  ],
  examples: [
    "gw haproxy --nodes hosts.txt -c krakend.json > haproxy.cfg",
    "gw haproxy --nodes hosts.txt -c krakend.json --check -o /etc/haproxy/haproxy.cfg",
    "gw haproxy --nodes hosts.txt --cert /etc/haproxy/certs/ --rate 100/1s:src",
  ],
  exitCodes: [
    [EXIT_OK, "rendered, and with --check accepted; with --verify: equal"],
    [EXIT_FAILURE, "node list or configuration refused, OUT not written; with --verify: different"],
    [EXIT_USAGE, "unknown flag, wrong value, no nodes"],
    [EXIT_REFUSED, "HAProxy refused the result, or there is no haproxy on the path"],
  ],
  async run(given: GivenArguments, context: CommandContext) {
    // Loaded when it is needed: no other command renders templates.
    const { renderBalancer } = await import("./haproxy-run.ts");
    return renderBalancer(given, context);
  },
};
