import { CheckedText } from "./checked-text.ts";
import type { HaproxyInput } from "./haproxy-input.ts";
import type { HaproxyOptions } from "./haproxy-options.ts";
import type { TemplateValue } from "./render-template.ts";
import type { BindAddress } from "./socket-address.ts";

/** A line on which the balancer listens. */
export interface Bind {
  readonly address: CheckedText;
  readonly isV6Only: boolean;
  readonly hasTls: boolean;
}

const HTTP_PORT = 80;
const HTTPS_PORT = 443;

const HTTP_2_AND_1 = CheckedText.own("h2,http/1.1");
const HTTP_1 = CheckedText.own("http/1.1");

/** With a certificate port 80 stays plain, to send clients to the other one. */
export function bindsOf({ binds, certificate }: HaproxyOptions): readonly Bind[] {
  if (binds.length > 0) return binds.map((bind) => toBind(bind, certificate !== null));
  const plain = { address: CheckedText.own(":80"), isV6Only: false, hasTls: false };
  if (certificate === null) return [plain];
  return [
    { address: CheckedText.own(":443"), isV6Only: false, hasTls: true },
    { address: CheckedText.own(":::443"), isV6Only: true, hasTls: true },
    plain,
  ];
}

function toBind({ address, port, isIpv6 }: BindAddress, hasCertificate: boolean): Bind {
  return { address, isV6Only: isIpv6, hasTls: hasCertificate && port !== HTTP_PORT };
}

/** What clients meet; `null`: plain HTTP. */
export function toEdgeTls({ facts, options }: HaproxyInput): TemplateValue {
  const { certificate, speaksHttp2, binds } = options;
  if (certificate === null) return null;
  const given = binds.find(({ port }) => port !== HTTP_PORT)?.port ?? HTTPS_PORT;
  return {
    certificate,
    protocols: speaksHttp2 ? HTTP_2_AND_1 : HTTP_1,
    redirects: bindsOf(options).some(({ hasTls }) => !hasTls),
    redirectPort: given === HTTPS_PORT ? null : given,
    hasHsts: !facts.sendsHsts,
  };
}

const TLS_1_2 = CheckedText.own("TLSv1.2");
const TLS_VERSIONS: Readonly<Record<string, CheckedText>> = {
  TLS10: CheckedText.own("TLSv1.0"),
  TLS11: CheckedText.own("TLSv1.1"),
  TLS12: TLS_1_2,
  TLS13: CheckedText.own("TLSv1.3"),
};

/** What the nodes meet; `null`: plain HTTP. */
export function toNodeTls({ facts, options }: HaproxyInput): TemplateValue {
  if (facts.tls === null) return null;
  const { authority, name, certificate, isInsecure } = options.nodeTls;
  const words = [
    isInsecure
      ? CheckedText.own("verify none")
      : CheckedText.join`verify required ca-file ${requireAuthority(authority)}`,
  ];
  if (!isInsecure && name !== null) words.push(CheckedText.join`verifyhost ${name}`);
  if (name !== null) words.push(CheckedText.join`sni str(${name}) check-sni ${name}`);
  if (certificate !== null) words.push(CheckedText.join`crt ${certificate}`);
  return {
    minVersion: TLS_VERSIONS[facts.tls.minVersion] ?? TLS_1_2,
    verification: CheckedText.join`${words}`,
  };
}

/** The command has asked for it where it is missing. */
function requireAuthority(authority: CheckedText | null): CheckedText {
  if (authority === null) throw new Error("no authority to check the nodes with");
  return authority;
}
