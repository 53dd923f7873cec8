/** Picks the host of the next request; `undefined` when there is none. */
export type Balancer<Host> = () => Host | undefined;

/**
 * Takes the hosts in turn, beginning anywhere, so that the workers and nodes of a cluster do not
 * all begin with the same one. A host that is listed twice is taken twice as often.
 *
 * Differs from KrakenD: it picks one at random for each request where it may use several processors.
 */
export function roundRobin<Host>(hosts: readonly Host[], random: () => number): Balancer<Host> {
  const only = hosts[0];
  if (hosts.length <= 1) return () => only;
  return roundRobinOver({ current: hosts }, random);
}

/** The same for hosts that may be others from one request to the next. */
export function roundRobinOver<Host>(
  list: { readonly current: readonly Host[] },
  random: () => number,
): Balancer<Host> {
  let next = -1;
  return () => {
    const { current: hosts } = list;
    if (next < 0) next = Math.floor(random() * hosts.length);
    else if (next >= hosts.length) next = 0;
    const host = hosts[next];
    next = hosts.length === 0 ? -1 : next + 1;
    return host;
  };
}
