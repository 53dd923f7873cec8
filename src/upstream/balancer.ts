/** Picks the host of the next request; `undefined` when there is none. */
export type Balancer<Host> = () => Host | undefined;

/**
 * Takes the hosts in turn, beginning anywhere, so that the workers and nodes of a cluster do not
 * all begin with the same one. A host that is listed twice is taken twice as often.
 */
export function roundRobin<Host>(hosts: readonly Host[], random: () => number): Balancer<Host> {
  const only = hosts[0];
  if (hosts.length <= 1) return () => only;
  let next = Math.floor(random() * hosts.length);
  return () => {
    const host = hosts[next];
    next = next + 1 === hosts.length ? 0 : next + 1;
    return host;
  };
}
