import { expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultFacts } from "../../src/cluster/gateway-facts.ts";
import { UnitPath } from "../../src/cluster/systemd-path.ts";
import { renderUnit } from "../../src/cluster/systemd-unit.ts";
import { configurationNamed, createProgramFolder } from "../binary/program.ts";
import { freePort } from "../support/free-port.ts";

const why = findObstacle();

test.skipIf(why !== undefined)(
  `systemd starts the unit and stops it without a failure${why === undefined ? "" : ` (not possible here: ${why})`}`,
  async () => {
    const port = await freePort();
    const name = `gw-test-${process.pid}`;
    // A unit sees no /tmp but its own.
    const folder = join("/var/lib", name);
    const unitFile = `/run/systemd/system/${name}.service`;
    const built = createProgramFolder();
    try {
      mkdirSync(folder, { mode: 0o755 });
      copyFileSync(built.program, join(folder, "gw"));
      writeFileSync(join(folder, "gateway.json"), configurationNamed("unit", port));
      const unit = renderUnit({
        facts: { ...defaultFacts(), port },
        program: unitPath(join(folder, "gw")),
        configFile: unitPath(join(folder, "gateway.json")),
        workingDirectory: unitPath(folder),
        isDelayGiven: false,
      });
      writeFileSync(unitFile, unit);
      systemctl("daemon-reload");

      systemctl("start", name);
      const status = await healthOf(port);
      systemctl("stop", name);

      expect(status).toBe(200);
      const shown = systemctl("show", "-p", "Result,ExecMainStatus", name);
      expect(shown.split("\n").toSorted()).toEqual(["", "ExecMainStatus=0", "Result=success"]);
    } finally {
      Bun.spawnSync(["systemctl", "stop", name]);
      rmSync(unitFile, { force: true });
      Bun.spawnSync(["systemctl", "daemon-reload"]);
      rmSync(folder, { recursive: true, force: true });
      built.remove();
    }
  },
  120_000,
);

function findObstacle(): string | undefined {
  // The folder is how systemd says that it is the init of this machine.
  if (!existsSync("/run/systemd/system")) return "systemd does not run this machine";
  return process.getuid?.() === 0 ? undefined : "it takes root";
}

function unitPath(text: string): UnitPath {
  const path = UnitPath.parse(text);
  if ("problem" in path) throw new Error(path.problem);
  return path;
}

function systemctl(...words: string[]): string {
  const { stdout, stderr, exitCode } = Bun.spawnSync(["systemctl", ...words]);
  if (exitCode !== 0) throw new Error(`systemctl ${words.join(" ")}: ${stderr}`);
  return stdout.toString();
}

/** The unit counts as started before the gateway listens. */
async function healthOf(port: number): Promise<number> {
  const limit = performance.now() + 20_000;
  for (;;) {
    try {
      return (await fetch(`http://127.0.0.1:${port}/__health`)).status;
    } catch (error) {
      if (performance.now() > limit) throw error;
      await Bun.sleep(50);
    }
  }
}
