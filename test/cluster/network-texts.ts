import { spawnSync } from "node:child_process";
import { gatewayCommand } from "../support/gateway-process.ts";
import type { Host } from "./support/namespaces.ts";

/** What `gw haproxy` writes for these nodes. */
export function balancerText(configuration: string, nodes: readonly Host[]): string {
  const list = nodes.flatMap(({ address }) => ["--node", address]);
  // Few connections: the machine's descriptor limit may be small. Whoever may make hosts is root.
  const small = ["--maxconn", "400", "--user", "none"];
  return printed("haproxy", "-c", configuration, ...list, ...small);
}

/** What `gw keepalived` writes for this balancer; its owner comes back to it sooner. */
export function keepalivedText(
  host: Host,
  options: { readonly peer: Host; readonly priority: number; readonly virtual: string },
): string {
  const text = printed(
    "keepalived",
    ...["--vip", `${options.virtual}/24`, "--iface", "eth0"],
    ...["--self", host.address, "--peer", options.peer.address],
    ...["--priority", String(options.priority), "--script-user", "nobody"],
  );
  return text.replace(/preempt_delay \d+/, "preempt_delay 1");
}

function printed(...words: readonly string[]): string {
  const [program, ...first] = gatewayCommand();
  const { status, stdout, stderr } = spawnSync(program, [...first, ...words], { encoding: "utf8" });
  if (status !== 0) throw new Error(`gw ${words.join(" ")}: ${stderr}`);
  return stdout;
}
