import { findHeaderConflict } from "./haproxy-headers.ts";
import type { HaproxyInput } from "./haproxy-input.ts";
import { findListenerConflict } from "./haproxy-listeners.ts";
import { bindsOf } from "./haproxy-tls-view.ts";

/** What cannot be rendered because flags and configuration do not fit together; `undefined`: nothing. */
export function findHaproxyConflict(input: HaproxyInput): string | undefined {
  return (
    findNodeTlsConflict(input) ??
    findMissingBind(input.options) ??
    findListenerConflict(input.options) ??
    findHeaderConflict(input)
  );
}

function findMissingBind(options: HaproxyInput["options"]): string | undefined {
  if (options.certificate === null || bindsOf(options).some(({ hasTls }) => hasTls))
    return undefined;
  return "--cert has no effect: port 80 stays plain, and no other is given; add --bind :443";
}

function findNodeTlsConflict({ facts, options }: HaproxyInput): string | undefined {
  const { authority, name, certificate, isInsecure } = options.nodeTls;
  if (facts.tls === null) {
    const isGiven = isInsecure || [authority, name, certificate].some((one) => one !== null);
    return isGiven
      ? "--node-ca, --node-name, --node-cert and --node-insecure are for nodes with TLS, and the gateway's configuration has none"
      : undefined;
  }
  if (!isInsecure && authority === null) {
    return "the nodes speak TLS: give --node-ca FILE, the authority of their certificates (or --node-insecure, which checks nothing)";
  }
  if (facts.tls.isMutual && certificate === null) {
    return "the nodes ask for a client certificate (tls.enable_mtls): give --node-cert FILE";
  }
  return undefined;
}
