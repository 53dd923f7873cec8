import { expect, test } from "bun:test";
import type { SystemFailure } from "../node/system-failure.ts";
import { describeListenFailure } from "./listen-failure.ts";

function systemError(code: string, more: Partial<SystemFailure> = {}): SystemFailure {
  return { code, message: `error:0900006e:PEM routines:OPENSSL_internal:${code}`, ...more };
}

test.each([
  ["", "EADDRINUSE", "listen tcp :8080: bind: address already in use: "],
  ["127.0.0.1", "EACCES", "listen tcp 127.0.0.1:8080: bind: permission denied: "],
  ["::1", "EADDRNOTAVAIL", "listen tcp [::1]:8080: bind: cannot assign requested address: "],
])("tells in Go's words why %p cannot be had (%s) and what to do", (listenIp, code, text) => {
  const failure = describeListenFailure(systemError(code), { listenIp, port: 8080 });

  expect(failure).toStartWith(text);
  expect(failure.length).toBeGreaterThan(text.length + 10);
});

test("names the file of a certificate that cannot be read", () => {
  const error = systemError("ENOENT", { path: "/x/cert.pem", syscall: "open" });

  const failure = describeListenFailure(error, { listenIp: "", port: 8080 });

  expect(failure).toBe(
    "open /x/cert.pem: no such file or directory: a file that tls or client_tls names",
  );
});

test("says what is wrong with a certificate's text", () => {
  const error = systemError("ERR_OSSL_PEM_NO_START_LINE", { message: "a:b:c:NO_START_LINE" });

  const failure = describeListenFailure(error, { listenIp: "", port: 8080 });

  expect(failure).toStartWith("tls: no start line: ");
});

test("repeats what the system says where it knows no better words", () => {
  const failure = describeListenFailure(systemError("EOTHER", { message: "no idea" }), {
    listenIp: "",
    port: 8080,
  });

  expect(failure).toBe("listen tcp :8080: bind: no idea");
});
