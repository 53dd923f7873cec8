import { expect, test } from "bun:test";
import { claimPort } from "./port-lock.ts";

test("a port is claimed once until it is released, others beside it", () => {
  const claim = claimPort("127.0.0.250", 65_000);

  expect(claim).toBeDefined();
  expect(claimPort("127.0.0.250", 65_000)).toBeUndefined();
  claimPort("127.0.0.250", 65_001)!.release();
  claimPort("127.0.0.249", 65_000)!.release();

  claim!.release();
  const next = claimPort("127.0.0.250", 65_000);
  expect(next).toBeDefined();
  next!.release();
});
