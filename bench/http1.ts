/**
 * Nanoseconds per head on a warm machine: what parsing adds to each request.
 * Run with `bun bench/http1.ts`.
 */
import { type HeadLimits, parseRequestHead } from "../src/http1/request-head.ts";
import { parseResponseHead } from "../src/http1/response-head.ts";

const CALLS = 200_000;
const ROUNDS = 7;
const limits: HeadLimits = { maxBytes: 1 << 20, maxHeaders: 200, maxTargetBytes: 16 << 10 };

const small = headOf("GET /users/7 HTTP/1.1", "Host: localhost:8080");
const browser = headOf(
  "GET /api/users/123?x=1 HTTP/1.1",
  "Host: localhost:8080",
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36",
  "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "Accept-Encoding: gzip, deflate, br",
  "Accept-Language: en-US,en;q=0.9",
  "Connection: keep-alive",
  "Cookie: session=abcdef0123456789; theme=dark",
);
const response = headOf(
  "HTTP/1.1 200 OK",
  "Content-Type: application/json",
  "Date: Mon, 01 Jan 2024 00:00:00 GMT",
  "Content-Length: 150",
  "Connection: keep-alive",
);

report("parse a small request head", () => parseRequestHead(small, 0, small.length, limits));
report("parse a browser's request head", () =>
  parseRequestHead(browser, 0, browser.length, limits),
);
report("parse a response head", () =>
  parseResponseHead(response, 0, response.length, limits, "GET"),
);

function headOf(...lines: string[]): Buffer {
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
}

/** The best round: what disturbs a measurement only ever makes it slower. */
function report(name: string, call: () => unknown): void {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (let i = 0; i < CALLS; i++) call();
    best = Math.min(best, performance.now() - start);
  }
  console.log(`${name.padEnd(32)} ${((best * 1e6) / CALLS).toFixed(0).padStart(5)} ns`);
}
