/**
 * Claims a port for this process among all that use the same name for it, until it ends or releases
 * it; `undefined`: another holds it. Nothing is accepted on the port meanwhile.
 *
 * The name lives in Linux's abstract namespace of the same network namespace as the port; on systems
 * without one every claim succeeds.
 */
export function claimPort(host: string, port: number): { release(): void } | undefined {
  try {
    const unix = `\0gw ${host} ${port}`;
    const listener = Bun.listen({ unix, socket: { data() {} } });
    listener.unref();
    return { release: () => listener.stop(true) };
  } catch (error) {
    const isHeld = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    return isHeld ? undefined : { release() {} };
  }
}
