const SLASH = 0x2f;
const DOT = 0x2e;

/**
 * The path with repeated slashes made one and the segments `.` and `..` resolved, beginning with
 * a slash; `..` never climbs above the root. A slash at the end stays, and `/a/.` ends in one.
 */
export function cleanPath(path: string): string {
  if (isClean(path)) return path;

  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  if (segments.length === 0) return "/";

  const keepsSlash = path.endsWith("/") || path.endsWith("/.");
  return `/${segments.join("/")}${keepsSlash ? "/" : ""}`;
}

/** Without allocation, so that a path in order costs one pass. */
function isClean(path: string): boolean {
  if (path.charCodeAt(0) !== SLASH) return false;

  for (let at = 1; at < path.length; at++) {
    if (path.charCodeAt(at - 1) !== SLASH) continue;
    const code = path.charCodeAt(at);
    // Any name that begins with a dot takes the slow way; such names are rare.
    if (code === SLASH || code === DOT) return false;
  }
  return true;
}
