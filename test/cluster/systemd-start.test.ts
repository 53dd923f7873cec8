import { expect, test } from "bun:test";
import { configurationNamed, createProgramFolder } from "../binary/program.ts";
import { freePort } from "../support/free-port.ts";
import { startPrivateSystemd, whyNoPrivateSystemd } from "./support/private-systemd.ts";
import { until } from "./support/until.ts";

const why = whyNoPrivateSystemd();

test.skipIf(why !== undefined)(
  `systemd runs what gw systemd installs: it serves, comes back after a crash, and drains${why === undefined ? "" : ` (not possible here: ${why})`}`,
  async () => {
    const port = await freePort();
    const folder = createProgramFolder();
    try {
      const configuration = JSON.parse(configurationNamed("unit", port));
      const extra_config = { "gw/node": { shutdown_delay: "1s" } };
      folder.write("gateway.json", JSON.stringify({ ...configuration, extra_config }));
      await using systemd = await startPrivateSystemd(folder.path);
      const show = (name: string) => systemd.run(`systemctl show gw -p ${name} --value`).trim();
      const serves = () => until("it serves", async () => (await healthOf(port)) === 200, LIMIT_MS);

      systemd.run("cd /opt && ./gw systemd -c gateway.json --install-dir /opt/gw-node | sh -e");
      await serves();
      expect(show("User")).toBe("gw");
      expect(systemd.run(`cat /proc/${show("MainPID")}/status`)).toMatch(/^CapEff:\t0+$/m);

      systemd.run("systemctl kill -s KILL gw");
      await until("systemd starts it again", () => show("NRestarts") === "1", LIMIT_MS);
      await serves();

      systemd.run("systemctl stop --no-block gw");
      await until("health says that it drains", async () => (await healthOf(port)) === 503);
      expect((await fetch(`http://127.0.0.1:${port}/who`)).status).toBe(200);
      await until("it has ended", () => show("ActiveState") === "inactive", LIMIT_MS);
      expect([show("Result"), show("ExecMainStatus")]).toEqual(["success", "0"]);
    } finally {
      folder.remove();
    }
  },
  120_000,
);

const LIMIT_MS = 20_000;

/** `undefined`: nobody listens. */
async function healthOf(port: number): Promise<number | undefined> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/__health`)).status;
  } catch {
    return undefined;
  }
}
