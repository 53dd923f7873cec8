import { type ClusterNode, formatNodeAddress } from "./cluster-node.ts";
import type { LineFault } from "./node-list-problem.ts";

/** Remembers addresses and names, so that none is used twice. */
export class NodeRegistry {
  readonly #addresses = new Map<string, ClusterNode>();
  readonly #names = new Map<string, ClusterNode>();

  /** What is in the way of a node; when nothing is, it is remembered. */
  add(node: ClusterNode, hasGivenName: boolean): readonly LineFault[] {
    const address = formatNodeAddress(node);
    const sameAddress = this.#addresses.get(address);
    // Two nodes of one address have the same name, too, when both are made of it.
    const isNameChecked = sameAddress === undefined || hasGivenName;
    const sameName = isNameChecked ? this.#findSameName(node) : undefined;
    if (sameAddress === undefined) this.#addresses.set(address, node);
    if (!this.#names.has(node.name)) this.#names.set(node.name, node);

    const faults: LineFault[] = [];
    if (sameAddress !== undefined) {
      const message = `${address} is already on ${describePlace(sameAddress, node)}`;
      faults.push({ offset: 0, code: "E13", message });
    }
    if (sameName !== undefined) {
      const message = `the name "${sameName.name}" is already on ${describePlace(sameName.node, node)}`;
      faults.push({ offset: 0, code: "E14", message });
    }
    return faults;
  }

  /** HAProxy calls the servers behind one name `NAME-1`, `NAME-2` and so on: these are taken, too. */
  #findSameName(node: ClusterNode): { name: string; node: ClusterNode } | undefined {
    const { name, slots } = node;
    const same = this.#names.get(name);
    if (same !== undefined) return { name, node: same };
    if (slots === null) {
      const [, prefix = "", slot = ""] = /^(.+)-([1-9]\d{0,2})$/.exec(name) ?? [];
      const template = this.#names.get(prefix);
      const isTaken = template !== undefined && Number(slot) <= (template.slots ?? 0);
      return isTaken ? { name, node: template } : undefined;
    }
    for (let index = 1; index <= slots; index++) {
      const slotName = `${name}-${index}`;
      const taken = this.#names.get(slotName);
      if (taken !== undefined && taken.slots === null) return { name: slotName, node: taken };
    }
    return undefined;
  }
}

/** A name for the node at an address, from the address alone: other lines never change it. */
export function toNodeName({
  kind,
  host,
  port,
}: Pick<ClusterNode, "kind" | "host" | "port">): string {
  if (kind === "srv") return host.replace(/^_/, "").replace("._", "_");
  const written = kind === "ipv6" ? host.replace(/^::/, "0::").replaceAll(":", "_") : host;
  return `${written}_${port}`;
}

function describePlace(node: ClusterNode, seenFrom: ClusterNode): string {
  const isElsewhere = node.source !== seenFrom.source;
  return `line ${node.line}${isElsewhere ? ` of ${node.source}` : ""}`;
}
