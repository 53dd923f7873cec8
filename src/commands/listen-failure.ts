import type { ServiceConfig } from "../config/model.ts";

/**
 * Go's words for a port that cannot be had, and what to do about it;
 * `undefined` for an error that is none of the system's answers to listening.
 */
export function describeListenFailure(
  error: unknown,
  { listenIp, port }: Pick<ServiceConfig, "listenIp" | "port">,
): string | undefined {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const failure = FAILURES.get(code);
  if (failure === undefined) return undefined;

  const host = listenIp.includes(":") ? `[${listenIp}]` : listenIp;
  return `listen tcp ${host}:${port}: bind: ${failure.text}: ${failure.remedy}`;
}

const FAILURES: ReadonlyMap<string, { readonly text: string; readonly remedy: string }> = new Map([
  [
    "EADDRINUSE",
    {
      text: "address already in use",
      remedy: "stop the program that holds it or choose another port with -p",
    },
  ],
  [
    "EACCES",
    {
      text: "permission denied",
      remedy: "ports below 1024 need CAP_NET_BIND_SERVICE; choose another with -p",
    },
  ],
  [
    "EADDRNOTAVAIL",
    {
      text: "cannot assign requested address",
      remedy: "listen_ip must be an address of this machine",
    },
  ],
]);
