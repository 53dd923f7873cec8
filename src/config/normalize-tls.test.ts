import { expect, test } from "bun:test";
import { loadObject } from "./fixture.ts";

const PAIR = { certificate: "a.pem", private_key: "a.key" };

test.each<[string, object, string]>([
  [
    "curve_preferences",
    { curve_preferences: [23, 99] },
    "$.client_tls.curve_preferences: 99: not known, left out",
  ],
  [
    "curve_preferences",
    { curve_preferences: [99] },
    "$.client_tls.curve_preferences: none of them is known: those of the TLS library are used",
  ],
  [
    "cipher_suites",
    { cipher_suites: [4865, 49199, 5] },
    "$.client_tls.cipher_suites: 5: not known, left out",
  ],
  [
    "client_certs",
    { client_certs: [PAIR, PAIR] },
    "$.client_tls.client_certs[1]: has no effect: backends are shown the first certificate only",
  ],
])("what of %s cannot be done is an alarm: %j", (_, block, alarm) => {
  const { warnings } = loadObject({ client_tls: block });

  const told = warnings.filter(({ severity }) => severity === "error");
  expect(told.map(({ path, message }) => `${path}: ${message}`)).toEqual([alarm]);
});

test("what can be done is no finding", () => {
  const { warnings } = loadObject({
    client_tls: {
      curve_preferences: [29, 23, 24, 25, 4588],
      cipher_suites: [4865, 4866, 4867, 49199, 49187],
      client_certs: [PAIR],
    },
    dialer_keep_alive: "10s",
  });

  expect(warnings).toEqual([]);
});
