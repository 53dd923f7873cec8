import type { ServiceConfig } from "../config/model.ts";

/**
 * Why a node cannot listen, in Go's words, and what to do about it: a port that cannot be had, or
 * files of `tls` that cannot be used. `undefined` for every other error.
 */
export function describeListenFailure(
  error: unknown,
  { listenIp, port }: Pick<ServiceConfig, "listenIp" | "port">,
): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const code = String(error.code);
  if (code.startsWith("ERR_OSSL")) {
    return `tls: ${reasonOf(error)}: public_key and private_key must be PEM files that belong together`;
  }
  if ("path" in error && "syscall" in error) {
    return `${error.syscall} ${error.path}: ${FILE_TEXTS.get(code) ?? code}: a file that tls names`;
  }
  const failure = FAILURES.get(code);
  if (failure === undefined) return undefined;

  const host = listenIp.includes(":") ? `[${listenIp}]` : listenIp;
  return `listen tcp ${host}:${port}: bind: ${failure}`;
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
function reasonOf({ message }: Error): string {
  return message
    .slice(message.lastIndexOf(":") + 1)
    .toLowerCase()
    .replaceAll("_", " ");
}
