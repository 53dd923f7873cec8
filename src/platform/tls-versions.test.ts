import { expect, test } from "bun:test";
import { secureOptionsFor } from "../lib/tls-settings.ts";
import { versionRange } from "./tls-versions.ts";

test.each([
  ["TLS13", "TLS13", { minVersion: "TLSv1.3", maxVersion: "TLSv1.3" }],
  ["TLS12", "TLS13", { minVersion: "TLSv1.2", maxVersion: "TLSv1.3" }],
  ["TLS10", "TLS11", { minVersion: "TLSv1", maxVersion: "TLSv1.1" }],
  ["TLS10", "TLS13", {}],
] as const)("the range from %s to %s is found in its option bits", (min, max, range) => {
  expect(versionRange(secureOptionsFor(min, max))).toEqual(range);
});
