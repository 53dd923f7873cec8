import type { ServiceConfig } from "../config/model.ts";
import type { SystemFailure } from "../node/system-failure.ts";

/**
 * Why a node cannot serve, in Go's words, and what to do about it: a port that cannot be had, or
 * files of `tls` that cannot be used.
 */
export function describeListenFailure(
  { code, message, path, syscall }: SystemFailure,
  { listenIp, port }: Pick<ServiceConfig, "listenIp" | "port">,
): string {
  if (code.startsWith("ERR_OSSL")) {
    return `tls: ${reasonOf(message)}: public_key and private_key must be PEM files that belong together`;
  }
  if (path !== undefined) {
    const reason = FILE_TEXTS.get(code) ?? code;
    return `${syscall ?? "open"} ${path}: ${reason}: a file that tls or client_tls names`;
  }
  const host = listenIp.includes(":") ? `[${listenIp}]` : listenIp;
  return `listen tcp ${host}:${port}: bind: ${FAILURES.get(code) ?? message}`;
}

const FAILURES: ReadonlyMap<string, string> = new Map([
  [
    "EADDRINUSE",
    "address already in use: stop the program that holds it or choose another port with -p",
  ],
  [
    "EACCES",
    "permission denied: ports below 1024 need CAP_NET_BIND_SERVICE; choose another with -p",
  ],
  [
    "EADDRNOTAVAIL",
    "cannot assign requested address: listen_ip must be an address of this machine",
  ],
]);

const FILE_TEXTS: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "no such file or directory"],
  ["EACCES", "permission denied"],
  ["EISDIR", "is a directory"],
]);

/** `error:0900006e:PEM routines:OPENSSL_internal:NO_START_LINE` says it in its last part. */
function reasonOf(message: string): string {
  return message
    .slice(message.lastIndexOf(":") + 1)
    .toLowerCase()
    .replaceAll("_", " ");
}
