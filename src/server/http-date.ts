import { flatText } from "../http1/head-writer.ts";

let second = 0;
let line = "";

/** The `Date` line with its CRLF (RFC 9110 section 6.6.1); its text is made once a second. */
export function dateLine(nowMs: number = Date.now()): string {
  const now = Math.floor(nowMs / 1000);
  if (now !== second) {
    second = now;
    line = flatText(["Date: ", new Date(now * 1000).toUTCString(), "\r\n"]);
  }
  return line;
}
