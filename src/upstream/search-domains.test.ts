import { expect, test } from "bun:test";
import { parseSearchDomains, searchNames } from "./search-domains.ts";

test.each([
  ["", [], 1],
  ["nameserver 10.0.0.1\nsearch a.test b.test.\n", ["a.test", "b.test"], 1],
  ["search a.test\ndomain b.test c.test", ["b.test"], 1],
  [
    "options timeout:2 ndots:5\nsearch svc.cluster.local cluster.local",
    ["svc.cluster.local", "cluster.local"],
    5,
  ],
  ["options ndots:99", [], 15],
  ["options ndots:x\n# search a.test", [], 1],
])("of %j the domains are %j, and %d dots make a name", (text, domains, dots) => {
  expect(parseSearchDomains(text)).toEqual({ domains, dots });
});

test.each([
  ["_http._tcp.svc", 1, ["_http._tcp.svc", "_http._tcp.svc.a.test", "_http._tcp.svc.b.test"]],
  ["_http._tcp.svc", 5, ["_http._tcp.svc.a.test", "_http._tcp.svc.b.test", "_http._tcp.svc"]],
  ["_http._tcp.svc.", 5, ["_http._tcp.svc"]],
])("%s stands, where %d dots make a name, for %j", (name, dots, names) => {
  expect(searchNames(name, { domains: ["a.test", "b.test"], dots })).toEqual(names);
});
