import packageJson from "../package.json" with { type: "json" };

/** The release, as `package.json` says it. */
export const VERSION: string = packageJson.version;

/** Of the sources, as the build found it, `+changes` when they differed from it; `null` where gw runs from source. */
export const COMMIT: string | null = typeof GW_COMMIT === "undefined" ? null : GW_COMMIT;

/** Put in by the build. */
declare const GW_COMMIT: string | undefined;

/** Names product and release where KrakenD names itself: `gw/0.1.0`. */
export const gatewayVersion: string = `gw/${VERSION}`;

/** `User-Agent` for the backends. */
export const backendUserAgent: string = `KrakenD Version ${gatewayVersion}`;

/** Value of `X-Krakend`; KrakenD keeps the header but writes `undefined` when `hide_version_header` is set. */
export function versionHeader(isHidden: boolean): string {
  return isHidden ? "Version undefined" : `Version ${gatewayVersion}`;
}
