import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The packages of the lock file that `node_modules` lacks or holds in another version, as paths.
 * What npm installs only on some platforms is not looked at.
 */
export function missingPackages(root, needsAll) {
  const locked = readJson(join(root, "package-lock.json"))?.packages ?? {};
  return Object.entries(locked)
    .filter(([path]) => path !== "")
    .filter(([, entry]) => !entry.optional)
    .filter(([, entry]) => needsAll || !(entry.dev || entry.devOptional))
    .filter(
      ([path, entry]) => readJson(join(root, path, "package.json"))?.version !== entry.version,
    )
    .map(([path]) => path);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    // Absent or half-written: both mean that it has to be installed.
    return undefined;
  }
}
