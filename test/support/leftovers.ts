/** Whether a name such as `gw-test-4711-lb1` holds the id of a test process that has ended, and so belongs to nobody. */
export function isLeftover(name: string, prefix: string): boolean {
  if (!name.startsWith(`${prefix}-`)) return false;
  const owner = /^(\d+)(-|$)/.exec(name.slice(prefix.length + 1))?.[1];
  return owner !== undefined && !isRunning(Number(owner));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs for somebody else.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}
