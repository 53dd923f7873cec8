import { nearestName } from "../lib/nearest.ts";
import type { ClusterNode } from "./cluster-node.ts";
import type { NodeAddress } from "./node-list-address.ts";
import type { Word } from "./node-list-line.ts";
import type { LineFault } from "./node-list-problem.ts";

/** What the words after an address say of its nodes. */
export interface NodeOptions
  extends Pick<ClusterNode, "weight" | "maxConnections" | "slots" | "zone" | "isBackup" | "state"> {
  /** `null`: made of the address. */
  readonly name: string | null;
}

/** Reads the options of a line; `address` is `undefined` where it could not be read. Faults count from the line's begin. */
export function readNodeOptions(
  words: readonly Word[],
  address: NodeAddress | undefined,
): { readonly options: NodeOptions; readonly faults: readonly LineFault[] } {
  const values = new Map<string, string>();
  const faults: LineFault[] = [];
  for (const { text, offset } of words) {
    const equals = text.indexOf("=");
    const name = equals < 0 ? text : text.slice(0, equals);
    const value = equals < 0 ? undefined : text.slice(equals + 1);
    const fault =
      findOptionFault(name, value) ?? findConflict(name, values) ?? findMisfit(name, address);
    if (fault !== undefined) faults.push({ ...fault, offset });
    if (isOption(name) && !values.has(name)) values.set(name, value ?? "");
  }
  return { options: toOptions(values, address), faults };
}

type OptionFault = Omit<LineFault, "offset">;

/** By name, the largest value that each of the numeric options takes. */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ["weight", 256],
  ["maxconn", 1_000_000],
  ["slots", 256],
]);
const WORDS: ReadonlySet<string> = new Set(["name", "zone"]);
const FLAGS: ReadonlySet<string> = new Set(["backup", "drain", "disabled"]);
const OPTIONS = [...NUMBERS.keys(), ...WORDS, ...FLAGS];
const WORD = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;

function isOption(name: string): boolean {
  return OPTIONS.includes(name);
}

function findOptionFault(name: string, value: string | undefined): OptionFault | undefined {
  if (!isOption(name)) return { code: "E10", message: describeUnknown(name) };
  if (FLAGS.has(name)) {
    if (value === undefined) return undefined;
    return { code: "E11", message: `option "${name}" takes no value` };
  }
  const largest = NUMBERS.get(name);
  if (largest !== undefined) {
    if (isNumberUpTo(largest, value)) return undefined;
    return { code: "E11", message: `option "${name}" wants an integer from 1 to ${largest}` };
  }
  if (value !== undefined && WORD.test(value)) return undefined;
  const wanted =
    "1 to 63 letters, digits, dots, hyphens or underscores, the first a letter or digit";
  return { code: "E11", message: `option "${name}" wants ${wanted}` };
}

function describeUnknown(name: string): string {
  const nearest = nearestName(name, OPTIONS, 2);
  return `unknown option "${name}"${nearest === undefined ? "" : ` (did you mean "${nearest}"?)`}`;
}

function isNumberUpTo(largest: number, value: string | undefined): boolean {
  return value !== undefined && /^[1-9]\d{0,6}$/.test(value) && Number(value) <= largest;
}

function findConflict(name: string, before: ReadonlyMap<string, string>): OptionFault | undefined {
  if (before.has(name)) return { code: "E12", message: `option "${name}" is given twice` };
  const excludes = (name === "drain" && "disabled") || (name === "disabled" && "drain");
  if (!excludes || !before.has(excludes)) return undefined;
  return { code: "E12", message: '"drain" and "disabled" exclude each other' };
}

function findMisfit(name: string, address: NodeAddress | undefined): OptionFault | undefined {
  const isNumeric = address?.kind === "ipv4" || address?.kind === "ipv6";
  if (name === "slots" && isNumeric) return { code: "E11", message: '"slots" is for DNS names' };
  if (name !== "name" || !address?.isRange) return undefined;
  return { code: "E11", message: '"name" cannot be given to a range' };
}

const DEFAULT_WEIGHT = 100;
const DEFAULT_SRV_SLOTS = 10;

function toOptions(
  values: ReadonlyMap<string, string>,
  address: NodeAddress | undefined,
): NodeOptions {
  const number = (name: string): number | null => {
    const value = values.get(name);
    return value === undefined ? null : Number(value);
  };
  const state = values.has("drain") ? "drain" : "active";
  return {
    weight: number("weight") ?? DEFAULT_WEIGHT,
    maxConnections: number("maxconn"),
    slots: number("slots") ?? (address?.kind === "srv" ? DEFAULT_SRV_SLOTS : null),
    name: values.get("name") ?? null,
    zone: values.get("zone") ?? null,
    isBackup: values.has("backup"),
    state: values.has("disabled") ? "disabled" : state,
  };
}
