import { afterAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseNodeList } from "../../src/cluster/node-list.ts";
import { renderNodesAsJson } from "../../src/cluster/node-list-formats.ts";
import { findTool } from "../support/find-tool.ts";

const root = join(import.meta.dir, "..", "..");
const readme = readFileSync(join(root, "README.md"), "utf8");

const folder = mkdtempSync(join(tmpdir(), "gw-readme-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("the README explains every code of the node list and of the balancer's warnings", () => {
  const explained = [...readme.matchAll(/^\| ([EW]\d\d(?:, [EW]\d\d)*) \|/gm)]
    .flatMap(([, codes = ""]) => codes.split(", "))
    .sort();

  expect(explained).toEqual(codesInSource());
});

const jq = findTool("jq");

describe.skipIf(jq === undefined)("the README's upgrade.sh", () => {
  test("upgrades one node after the other, and names those that it leaves out", () => {
    const { code, out, err, hosts } = upgrade({ a: "UP", b: "DRAIN", c: "MAINT", d: "UP" });

    expect(err).toBe("");
    expect(out).toBe("a: UP\nb: DRAIN\nc: skipped (disabled)\ns: skipped (slots)\nd: UP\n");
    expect(hosts).toEqual(["10.0.0.1", "10.0.0.2", "2001:db8::5"]);
    expect(programsOf("10.0.0.1")).toEqual({ gw: NEW, old: OLD });
    expect(code).toBe(0);
  });

  test("ends at a node that does not come back, and says what the check of the balancer found", () => {
    const { code, err, hosts } = upgrade({
      a: "UP",
      b: "UP 1/2 L4CON Connection refused",
      d: "UP",
    });

    expect(err).toBe("b: still 'UP 1/2' after 60 s: L4CON Connection refused\n");
    expect(hosts).toEqual(["10.0.0.1", "10.0.0.2"]);
    expect(programsOf("10.0.0.2")).toEqual({ gw: NEW, old: OLD });
    expect(programsOf("2001:db8::5")).toEqual({ gw: OLD, old: null });
    expect(code).toBe(1);
  });

  test("keeps the program before the first attempt, not the one that stayed down", () => {
    upgrade({ a: "UP", b: "UP 1/2 L7TOUT", d: "UP" });
    const again = { a: "UP", b: "DOWN L7TOUT", d: "UP" };

    upgrade(again, { areNodesFresh: false });
    expect(programsOf("10.0.0.1")).toEqual({ gw: NEW, old: OLD });
    upgrade(again, { areNodesFresh: false, version: "third" });

    expect(programsOf("10.0.0.1")).toEqual({ gw: program("third"), old: NEW });
    expect(programsOf("10.0.0.2")).toEqual({ gw: program("third"), old: OLD });
  });

  test("ends at a node that cannot be reached", () => {
    const { code, err, hosts } = upgrade(
      { a: "UP", b: "UP", d: "UP" },
      { unreachable: "10.0.0.1" },
    );

    expect(err).toBe("a: keeps its program\n");
    expect(hosts).toEqual(["10.0.0.1"]);
    expect(code).toBe(1);
  });

  test("touches no node of which the balancer says nothing", () => {
    const { code, err, hosts } = upgrade({ b: "UP" });

    expect(err).toBe("a: HAProxy says nothing of it\n");
    expect(hosts).toEqual([]);
    expect(code).toBe(1);
  });

  test.each(["cert.pem", "env"])("checks in the unit's place: a node without %s", (missing) => {
    const { code, err } = upgrade({ a: "UP", b: "UP", d: "UP" }, { missing });

    expect(err).toBe("refused by gw check\na: keeps its program\n");
    expect(programsOf("10.0.0.1")).toEqual({ gw: OLD, old: null });
    expect(code).toBe(1);
  });

  test("ends at a node that does not start", () => {
    const { code, err } = upgrade({ a: "UP", b: "UP", d: "UP" }, { isStartFailing: true });

    expect(err).toBe("a: does not start: journalctl -u gw\n");
    expect(code).toBe(1);
  });

  test("has a way back", () => {
    upgrade({ a: "UP", b: "UP 1/2 L7TOUT", d: "UP" });

    const { status, stdout } = run(scriptOf(/node=10\.0\.0\.12[\s\S]*?/).replace(/\.12\b/, ".2"));

    expect(status).toBe(0);
    expect(programsOf("10.0.0.2").gw).toBe(OLD);
    expect(stdout).toStartWith("a UP");
  });
});

function codesInSource(): string[] {
  const sources = ["src/cluster", "src/commands"].flatMap((part) =>
    readdirSync(join(root, part))
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
      .map((name) => readFileSync(join(root, part, name), "utf8")),
  );
  const codes = sources.flatMap((text) => text.match(/(?<=["`])[EW]\d\d(?=["` ])/g) ?? []);
  return [...new Set(codes)].sort();
}

const LIST = `
10.0.0.1 name=a
10.0.0.2 name=b drain
10.0.0.3 name=c disabled
gw.example.internal name=s slots=2
[2001:db8::5] name=d`;

interface Surroundings {
  /** A host that `ssh` does not reach. */
  readonly unreachable?: string;
  /** A file that the configuration needs and /etc/gw of no node has. */
  readonly missing?: string;
  readonly isStartFailing?: boolean;
  /** False: the nodes are as the last upgrade left them. */
  readonly areNodesFresh?: boolean;
  readonly version?: string;
}

/** Runs the script where HAProxy says this of each node: its state, then what its check found. */
function upgrade(
  states: Readonly<Record<string, string>>,
  {
    unreachable = "none",
    missing = "none",
    isStartFailing = false,
    areNodesFresh = true,
    version = "new",
  }: Surroundings = {},
) {
  const list = parseNodeList(new TextEncoder().encode(LIST), {
    name: "hosts.txt",
    defaultPort: 8080,
  });
  if ("problems" in list) throw new Error("the list is refused");
  writeFileSync(join(folder, "nodes.json"), renderNodesAsJson(list.nodes));
  writeFileSync(join(folder, "stats.csv"), Object.entries(states).map(toRow).join(""));
  writeFileSync(join(folder, "hosts"), "");
  if (areNodesFresh) for (const { host } of list.nodes) makeNode(host, missing);
  writeFileSync(join(folder, "shop-gateway"), program(version), { mode: 0o755 });
  addTool("curl", `cat ${folder}/stats.csv`);
  addTool("sleep", "");
  addTool("sudo", 'exec "$@"');
  addTool("systemctl", `[ "$*" = "restart gw" ] && ${!isStartFailing}`);
  addTool("systemd-run", SYSTEMD_RUN);
  addTool("ssh", sshTo(unreachable));

  const { status, stdout, stderr } = run(scriptOf(/#!\/bin\/sh\n# upgrade\.sh[\s\S]*?/));
  const hosts = readFileSync(join(folder, "hosts"), "utf8").split("\n").filter(Boolean);
  return { code: status, out: stdout, err: stderr, hosts: [...new Set(hosts)] };
}

/** The block of the README that matches. */
function scriptOf(pattern: RegExp): string {
  const script = new RegExp(`\`\`\`sh\\n(${pattern.source})\`\`\``).exec(readme)?.[1];
  if (script === undefined) throw new Error(`the README has no script like ${pattern}`);
  return script;
}

function run(script: string) {
  const env = { PATH: `${folder}:${process.env.PATH}` };
  return spawnSync("sh", ["-c", script], { cwd: folder, env, encoding: "utf8" });
}

/** A line of HAProxy's CSV of `UP`, or of `DOWN 1/2 L4CON Connection refused`. */
function toRow([name, told]: readonly [string, string]): string {
  const [, state = "", check = "", found = ""] =
    /^(\S+(?: \d\/\d)?) ?(\S*) ?(.*)$/.exec(told) ?? [];
  const fields = Array.from({ length: 60 }, () => "");
  fields[0] = "gw";
  fields[1] = name;
  fields[17] = state;
  fields[36] = check;
  fields[56] = found;
  return `${fields.join(",")}\n`;
}

/** The program of a version: it wants a file of the unit's folder and a variable of the unit's file. */
function program(version: string): string {
  return `#!/bin/sh
# ${version}
[ "$1" != nodes ] || exec cat ${folder}/nodes.json
[ "$*" = "check -t" ] && [ -r cert.pem ] && [ "$KRAKEND_NAME" = "my shop" ] && [ "$RUN_BY" = gw ] ||
  { echo "refused by gw check" >&2; exit 1; }
`;
}

const NEW = program("new");
const OLD = program("old");

/** Gives a node its /usr/local/bin, and /etc/gw within. */
function makeNode(host: string, missing: string): void {
  const home = join(folder, host);
  rmSync(home, { recursive: true, force: true });
  mkdirSync(join(home, "etc"), { recursive: true });
  writeFileSync(join(home, "gw"), OLD);
  if (missing !== "cert.pem") writeFileSync(join(home, "etc", "cert.pem"), "");
  if (missing !== "env") writeFileSync(join(home, "etc", "env"), "KRAKEND_NAME=my shop\n");
}

function programsOf(host: string) {
  const read = (name: string) => {
    const path = join(folder, host, name);
    return existsSync(path) ? readFileSync(path, "utf8") : null;
  };
  return { gw: read("gw"), old: read("gw.old") };
}

function sshTo(unreachable: string): string {
  return `[ "$1" != -n ] || { shift; exec < /dev/null; }
echo "$1" >> ${folder}/hosts
[ "$1" != ${unreachable} ] || exit 255
sh -c "$(echo "$2" | sed "s#/usr/local/bin#${folder}/$1#g; s#/etc/gw#${folder}/$1/etc#g")"
code=$?
# ssh takes all of its input, wanted or not
cat > /dev/null
exit $code`;
}

/** Of systemd's properties those that decide what a check finds; a file of variables is no script. */
const SYSTEMD_RUN = `while :; do
  case $1 in
    -p) case $2 in
        WorkingDirectory=*) cd "\${2#*=}" || exit 1 ;;
        EnvironmentFile=-*) file=\${2#*=-} ;;
        User=*) export RUN_BY="\${2#*=}" ;;
      esac; shift 2 ;;
    --*) shift ;;
    *) break ;;
  esac
done
[ ! -r "$file" ] || while IFS= read -r line; do export "$line"; done < "$file"
exec "$@"`;

function addTool(name: string, command: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${command}\n`, { mode: 0o755 });
}
