import type { Host } from "./support/namespaces.ts";

/** A balancer's file. */
export function balancerText(
  _folder: string,
  nodes: readonly Host[],
  port: number,
  socket: string,
): string {
  const servers = nodes.map(
    ({ address }) => `    server ${address}_${port} ${address}:${port} weight 100\n`,
  );
  return `global
    log /dev/log local0 info
    stats socket ${socket} mode 660 level admin expose-fd listeners
    maxconn 400
    hard-stop-after 60s
    spread-checks 5

defaults
    mode http
    log global
    option httplog
    option dontlognull
    option http-keep-alive
    option idle-close-on-response
    option redispatch 1
    retries 3
    retry-on conn-failure empty-response response-timeout
    timeout connect 1s
    timeout check 1s
    timeout client 30s
    timeout server 3s
    timeout http-request 10s
    timeout http-keep-alive 30s
    timeout queue 2s

frontend gw
    bind :80
    option http-buffer-request
    http-request disable-l7-retry unless { method GET HEAD OPTIONS }
    default_backend gw

backend gw
    balance leastconn
    http-reuse safe
    option httpchk
    http-check send meth GET uri /__health ver HTTP/1.1 hdr Host gw
    http-check expect status 200
    default-server check inter 1s fastinter 250ms downinter 1s fall 2 rise 2 slowstart 5s observe layer4 error-limit 5 on-error sudden-death
${servers.join("")}
frontend stats
    bind 127.0.0.1:8404
    option dontlog-normal
    monitor-uri /haproxy
    acl no_node nbsrv(gw) lt 1
    monitor fail if no_node
`;
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
