import { expect, test } from "bun:test";
import { findNamespace } from "./config/namespaces.ts";
import { transportOrder } from "./pipeline.ts";

test("every feature stands in the table of namespaces as one that gw has", () => {
  for (const { namespace } of transportOrder) {
    expect([namespace, findNamespace(namespace)?.implementedAt]).toEqual([namespace, ["backend"]]);
  }
});
