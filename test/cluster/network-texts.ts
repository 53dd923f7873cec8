import { spawnSync } from "node:child_process";
import { gatewayCommand } from "../support/gateway-process.ts";
import type { Host } from "./support/namespaces.ts";

/** What `gw haproxy` writes for these nodes, with a control socket of this balancer's own. */
export function balancerText(
  configuration: string,
  nodes: readonly Host[],
  socket: string,
): string {
  const list = nodes.flatMap(({ address }) => ["--node", address]);
  // Few connections: the machine's descriptor limit may be small. Whoever may make hosts is root.
  const small = ["--maxconn", "400", "--user", "none"];
  const [program, ...words] = gatewayCommand();
  const { status, stdout, stderr } = spawnSync(
    program,
    [...words, "haproxy", "-c", configuration, ...list, ...small],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`gw haproxy: ${stderr}`);
  // Hosts share the file system.
  return stdout.replace(/stats socket \S+/, `stats socket ${socket}`);
}

/** A keepalived's file. */
export function keepalivedText(
  host: Host,
  options: { readonly peer: Host; readonly priority: number; readonly virtual: string },
): string {
  return `global_defs {
    router_id ${host.name}
    enable_script_security
    script_user nobody
    vrrp_garp_master_refresh 60
}
vrrp_script haproxy_alive {
    script "/usr/bin/curl -sS -o /dev/null --max-time 1 http://127.0.0.1:8404/haproxy"
    interval 2
    timeout 2
    fall 2
    rise 2
}
vrrp_script nodes_up {
    script "/usr/bin/curl -fsS -o /dev/null --max-time 1 http://127.0.0.1:8404/haproxy"
    interval 2
    timeout 2
    fall 2
    rise 2
    weight -30
}
vrrp_instance gw {
    state BACKUP
    interface eth0
    virtual_router_id 51
    priority ${options.priority}
    advert_int 1
    preempt_delay 1
    unicast_src_ip ${host.address}
    unicast_peer {
        ${options.peer.address}
    }
    virtual_ipaddress {
        ${options.virtual}/24 dev eth0
    }
    track_script {
        haproxy_alive
        nodes_up
    }
}
`;
}
