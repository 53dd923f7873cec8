import { expect, test } from "bun:test";
import { startGateway } from "../support/gateway.ts";

test("an endpoint merges what its backends answer", async () => {
  await using gateway = await startGateway(
    {
      endpoints: [
        { endpoint: "/user", backend: [{ url_pattern: "/name" }, { url_pattern: "/age" }] },
      ],
    },
    { users: ({ target }) => ({ body: target === "/name" ? { name: "Ada" } : { age: 36 } }) },
  );

  const answer = await gateway.fetch("/user");

  expect(await answer.json()).toEqual({ age: 36, name: "Ada" });
});
