import { expect, test } from "bun:test";
import { gw } from "../support/gw.ts";

/** Every command that writes the nodes' port somewhere. */
const COMMANDS: readonly (readonly [string, readonly string[], string])[] = [
  ["haproxy", ["--node", "10.0.0.1"], " 10.0.0.1:443 weight"],
  ["nodes", ["--node", "10.0.0.1"], "10.0.0.1:443"],
  ["systemd", [], "AmbientCapabilities=CAP_NET_BIND_SERVICE"],
  ["elb", ["--type", "alb"], "      Port: 443\n"],
];

test.each(COMMANDS)(
  "gw %s without a file takes the port that GW_PORT gives the nodes",
  async (name, words, wanted) => {
    const { code, out } = await gw([name, ...words], { GW_PORT: "443" });

    expect(code).toBe(0);
    expect(out).toContain(wanted);
  },
);

test.each(COMMANDS)("gw %s refuses a GW_PORT that is none, as gw run does", async (name, words) => {
  const { code, out, err } = await gw([name, ...words], { GW_PORT: "abc" });

  expect([code, out]).toEqual([1, ""]);
  expect(err).toContain("GW_PORT");
});
