import { expect, test } from "bun:test";
import { cleanHost } from "./hosts.ts";

test.each([
  ["api.local", "http://api.local"],
  ["https://api.local:8443/", "https://api.local:8443"],
  ["127.0.0.1:9000", "http://127.0.0.1:9000"],
  [" my-svc ", "http://my-svc"],
  ["_http._tcp.svc", "http://_http._tcp.svc"],
  ["http://a:80/ ", "http://a:80"],
  ["http://", "http://http"],
])("cleans %p to %s", (host, clean) => {
  expect(cleanHost(host)).toBe(clean);
});

test.each([
  "http://a/b",
  "http://a?x=1",
  "http://u:p@a",
  "ftp://a",
  "HTTP://a",
  "amqp://a",
  "[::1]:80",
  "a:9",
  "a:1234567",
  "a b",
  "é",
  "",
])("refuses %p", (host) => {
  expect(cleanHost(host)).toBeUndefined();
});
