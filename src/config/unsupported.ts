import { EMPTY_LIST } from "../lib/empty-list.ts";

/** What an endpoint asks for and gw cannot do yet, besides components: nothing. Such an endpoint would answer 500. */
export function findUnsupported(): readonly string[] {
  return EMPTY_LIST;
}
