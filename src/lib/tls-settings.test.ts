import { expect, test } from "bun:test";
import { constants } from "node:crypto";
import { cipherNames, curveNames, secureOptionsFor } from "./tls-settings.ts";

const { SSL_OP_NO_TLSv1, SSL_OP_NO_TLSv1_1, SSL_OP_NO_TLSv1_2, SSL_OP_NO_TLSv1_3 } = constants;

test.each([
  ["TLS10", "TLS13", 0],
  ["TLS12", "TLS13", SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1],
  ["TLS13", "TLS13", SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_1 | SSL_OP_NO_TLSv1_2],
  ["TLS11", "TLS12", SSL_OP_NO_TLSv1 | SSL_OP_NO_TLSv1_3],
  ["TLS10", "TLS10", SSL_OP_NO_TLSv1_1 | SSL_OP_NO_TLSv1_2 | SSL_OP_NO_TLSv1_3],
] as const)("from %s to %s all other versions are forbidden", (min, max, bits) => {
  expect(secureOptionsFor(min, max)).toBe(bits);
});

test.each([
  [[49199, 52393], "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305"],
  [[53, 47], "AES256-SHA:AES128-SHA"],
  [[4865, 49200, 1], "ECDHE-RSA-AES256-GCM-SHA384"],
  [[], ""],
])("the suites %j are OpenSSL's %j, in their order and without unknown ones", (suites, names) => {
  expect(cipherNames(suites)).toBe(names);
});

test.each([
  [[25, 24, 23], "P-256:P-384:P-521"],
  [[25, 29, 4588], "X25519MLKEM768:X25519:P-521"],
  [[1, 23], "P-256"],
  [[], ""],
])(
  "the groups %j are OpenSSL's %j, the preferred one first and without unknown ones",
  (groups, names) => {
    expect(curveNames(groups)).toBe(names);
  },
);
