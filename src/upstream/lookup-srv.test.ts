import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDnsServer } from "../../test/support/dns-server.ts";
import { createSrvLookup } from "./lookup-srv.ts";

test("records come from DNS, their targets with the final dot", async () => {
  await using server = await startDnsServer({
    "_http._tcp.svc.test": [
      { priority: 10, weight: 60, port: 8080, target: "a.svc.test" },
      { priority: 20, weight: 0, port: 443, target: "b.svc.test" },
    ],
  });

  const records = await createSrvLookup({ servers: [server.address] })("_http._tcp.svc.test");

  expect(records).toEqual([
    { priority: 10, weight: 60, port: 8080, target: "a.svc.test." },
    { priority: 20, weight: 0, port: 443, target: "b.svc.test." },
  ]);
});

test("a target that says that there is no such service is none", async () => {
  await using server = await startDnsServer({
    "svc.test": [{ priority: 0, weight: 1, port: 0, target: "" }],
  });

  expect(await createSrvLookup({ servers: [server.address] })("svc.test")).toEqual([]);
});

test("a short name is looked for in the search domains of the system", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gw-dns-"));
  const resolvConf = join(folder, "resolv.conf");
  writeFileSync(resolvConf, "search nowhere.test svc.test\noptions ndots:5\n");
  await using server = await startDnsServer({
    "_http._tcp.shop.svc.test": [{ priority: 0, weight: 1, port: 80, target: "a.test" }],
  });
  const lookup = createSrvLookup({ servers: [server.address], resolvConf });

  const records = await lookup("_http._tcp.shop");
  rmSync(folder, { recursive: true });

  expect(records.map(({ target }) => target)).toEqual(["a.test."]);
});

test("a name that DNS does not have is a failure that names it", async () => {
  await using server = await startDnsServer({});

  expect(createSrvLookup({ servers: [server.address] })("no.test")).rejects.toThrow(
    "querySrv ENOTFOUND no.test",
  );
});
