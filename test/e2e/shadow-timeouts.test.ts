import { expect, test } from "bun:test";
import { startGateway } from "../support/gateway.ts";
import { gone, scriptedUpstream } from "../support/scripted-upstream.ts";
import { HEALTHY } from "./in-front-of.ts";

test("all shadows of an endpoint have the time of the most patient one", async () => {
  const shadow = scriptedUpstream({ "/a": "", "/b": "", "/c": "" });
  const copyTo = (path: string, timeout: string) => ({
    url_pattern: path,
    host: ["{{shadow}}"],
    extra_config: { proxy: { shadow: true, shadow_timeout: timeout } },
  });
  const backend = [
    { url_pattern: "/main" },
    copyTo("/a", "100ms"),
    copyTo("/b", "1500ms"),
    copyTo("/c", "200ms"),
  ];
  await using gateway = await startGateway(
    { timeout: "60s", endpoints: [{ endpoint: "/thing", backend }] },
    { main: scriptedUpstream({ "/main": HEALTHY }), shadow },
  );

  await (await gateway.fetch("/thing")).text();
  const visits = await Promise.all(["/a", "/b", "/c"].map((path) => shadow.visited(path)));
  const startedAt = performance.now();
  const lives = visits.map(({ socket }) => gone(socket).then(() => performance.now() - startedAt));

  expect(Math.min(...(await Promise.all(lives)))).toBeGreaterThan(1_000);
});
