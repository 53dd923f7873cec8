/** The gateway's configuration for all scenarios; the access log is off, as it is with the proxies. */
export function renderGateway(port: number, upstreamPort: number, slowPort: number): string {
  const upstream = [`http://127.0.0.1:${upstreamPort}`];
  return toFile(port, upstream, [
    { endpoint: "/json", backend: [{ url_pattern: "/small" }] },
    { endpoint: "/no-op", output_encoding: "no-op", backend: [{ url_pattern: "/small" }] },
    {
      endpoint: "/merged",
      backend: [{ url_pattern: "/part0" }, { url_pattern: "/part1" }, { url_pattern: "/part2" }],
    },
    {
      endpoint: "/filtered",
      backend: [
        {
          url_pattern: "/list",
          allow: ["items", "total", "page.next"],
          mapping: { items: "products" },
        },
      ],
    },
    { endpoint: "/large", output_encoding: "no-op", backend: [{ url_pattern: "/large" }] },
    {
      endpoint: "/slow",
      timeout: "10s",
      backend: [{ url_pattern: "/", host: [`http://127.0.0.1:${slowPort}`] }],
    },
  ]);
}

/** A gateway with so many endpoints, of which `/service-<count - 1>/{id}/json` is asked for. */
export function renderManyEndpoints(port: number, upstreamPort: number, count: number): string {
  const endpoints = Array.from({ length: count }, (_, index) => ({
    endpoint: `/service-${index}/{id}/json`,
    backend: [{ url_pattern: "/small" }],
  }));
  return toFile(port, [`http://127.0.0.1:${upstreamPort}`], endpoints);
}

/** HAProxy as a plain proxy: one thread, kept connections on both sides, no log. */
export function renderHaproxy(port: number, upstreamPort: number): string {
  return `global
  nbthread 1
  maxconn 4000
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
  http-reuse always
frontend clients
  bind 127.0.0.1:${port}
  default_backend upstream
backend upstream
  server one 127.0.0.1:${upstreamPort}
`;
}

/** nginx as a plain proxy, in one process, with the same liberties. */
export function renderNginxProxy(port: number, upstreamPort: number, folder: string): string {
  return renderNginx(
    folder,
    `upstream one { server 127.0.0.1:${upstreamPort}; keepalive 256; }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://one; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }`,
  );
}

/** What everybody calls: files that nginx sends from memory. */
export function renderUpstream(port: number, folder: string): string {
  return renderNginx(
    folder,
    `sendfile on;
  tcp_nopush on;
  open_file_cache max=100 inactive=1h;
  server {
    listen 127.0.0.1:${port};
    root ${folder};
    default_type application/json;
    location = /large { default_type application/octet-stream; }
  }`,
  );
}

function renderNginx(folder: string, http: string): string {
  return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 8192; }
http {
  access_log off;
  keepalive_requests 1000000000;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  ${http}
}
`;
}

function toFile(port: number, host: string[], endpoints: object[]): string {
  return JSON.stringify({
    version: 3,
    port,
    listen_ip: "127.0.0.1",
    host,
    timeout: "5s",
    extra_config: { router: { disable_access_log: true } },
    endpoints,
  });
}
