import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The programs that tests start, and the Debian package of each. */
export const testTools = [
  { command: "haproxy", debianPackage: "haproxy" },
  { command: "keepalived", debianPackage: "keepalived" },
  { command: "systemd-analyze", debianPackage: "systemd" },
  { command: "ip", debianPackage: "iproute2" },
  { command: "unshare", debianPackage: "util-linux" },
  { command: "nsenter", debianPackage: "util-linux" },
  { command: "setpriv", debianPackage: "util-linux" },
  { command: "curl", debianPackage: "curl" },
  { command: "openssl", debianPackage: "openssl" },
  { command: "jq", debianPackage: "jq" },
  { command: "zsh", debianPackage: "zsh" },
  { command: "fish", debianPackage: "fish" },
  { command: "man", debianPackage: "man-db" },
  { command: "groff", debianPackage: "groff-base" },
  { command: "mandoc", debianPackage: "mandoc" },
];

/** Those of them that this machine does not have. */
export function missingTools() {
  return testTools.filter((tool) => !isInstalled(tool.command));
}

// Debian keeps servers in /usr/sbin, which is not on everybody's path.
function isInstalled(command) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders.some((folder) => isExecutable(join(folder, command)));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
