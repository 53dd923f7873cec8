import type { UnitPath } from "./systemd-path.ts";

/** What goes where. */
export interface Installation {
  /** The program and the configuration as they are found here; `null`: nothing to copy. */
  readonly programSource: string;
  readonly configSource: string | null;
  readonly program: UnitPath;
  readonly configFile: UnitPath | null;
  /** The text of the unit. */
  readonly unit: string;
}

/** Commands for a shell, to be run as root: files are put in place first, then the unit is started. */
export function renderInstallCommands(installation: Installation): string {
  const { programSource, configSource, program, configFile, unit } = installation;
  const copies = [`install -D -m 0755 -- ${quote(programSource)} ${quote(program.text)}`];
  if (configSource !== null && configFile !== null) {
    copies.push(`install -D -m 0644 -- ${quote(configSource)} ${quote(configFile.text)}`);
  }
  return [
    "# as root; 'install' replaces a program that is running without disturbing it",
    "set -eu",
    ...copies,
    `install -d -m 0755 ${MANUAL_FOLDER}`,
    `${quote(program.text)} help --man > ${MANUAL_FOLDER}/gw.1`,
    `cat > ${UNIT_FILE} <<'${END}'`,
    `${unit.trimEnd()}`,
    END,
    "systemctl daemon-reload",
    "systemctl enable gw",
    "systemctl restart gw",
    "systemctl --no-pager status gw",
    "",
  ].join("\n");
}

const UNIT_FILE = "/etc/systemd/system/gw.service";

/** Where `Documentation=` of the unit says that the manual page is. */
const MANUAL_FOLDER = "/usr/local/share/man/man1";

/** No line of a unit is this word: settings hold `=`, titles brackets. */
const END = "END_OF_GW_SERVICE";

function quote(text: string): string {
  return /^[A-Za-z0-9_./@+:,%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
