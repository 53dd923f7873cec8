import packageJson from "../package.json" with { type: "json" };

/** The release, as `package.json` says it. */
export const VERSION: string = packageJson.version;

/** Names product and release where KrakenD names itself: `gw/0.1.0`. */
export const gatewayVersion: string = `gw/${VERSION}`;

/** `User-Agent` for the backends. */
export const backendUserAgent: string = `KrakenD Version ${gatewayVersion}`;

/** Value of `X-Krakend`; KrakenD keeps the header but writes `undefined` when `hide_version_header` is set. */
export function versionHeader(isHidden: boolean): string {
  return isHidden ? "Version undefined" : `Version ${gatewayVersion}`;
}
