import { expect, test } from "bun:test";
import { findLostFlags } from "./lost-flags.ts";

const HEAD = '# Written by "gw haproxy".\n';

test.each([
  ["nothing is lost where nothing was", "", `${HEAD}global\n`, []],
  [
    "a flag that is missing",
    `${HEAD}# flag: --rate 5/1s\nglobal\n`,
    `${HEAD}global\n`,
    ["--rate 5/1s"],
  ],
  [
    "a flag with another value",
    "# flag: --maxconn 10\n# flag: --no-h2\n",
    "# flag: --no-h2\n# flag: --maxconn 20\n",
    ["--maxconn 10"],
  ],
  ["comments below the head do not count", `${HEAD}global\n# flag: --no-h2\n`, HEAD, []],
])("%s", (_name, before, after, lost) => {
  expect(findLostFlags(before, after)).toEqual(lost);
});
