import { expect, test } from "bun:test";
import { loadObject, loadValid } from "./fixture.ts";

test("applies KrakenD's defaults without the component", () => {
  const { router } = loadValid({});

  expect(router).toEqual({
    returnsErrorMessage: false,
    errorBody: { notFound: null, methodNotAllowed: null },
    hasAutoOptions: false,
    redirectsTrailingSlash: true,
    redirectsFixedPath: true,
    answersMethodNotAllowed: true,
    removesExtraSlash: false,
    checksPathParameters: true,
    usesForwardedClientIp: true,
    remoteIpHeaders: ["X-Forwarded-For", "X-Real-Ip"],
    trustedProxies: null,
    trustsAppEngine: false,
    hasAccessLog: true,
    loggerSkipPaths: [],
    hidesVersionHeader: false,
    healthPath: "/__health",
  });
});

test("recognises options in any letter case, except those that are read from the map", () => {
  const { router } = routerOf({ Return_Error_Msg: true, Auto_Options: true });

  expect(router).toMatchObject({ returnsErrorMessage: true });
});

test("drops the whole group of options when one of them has a wrong type", () => {
  const { router, warnings } = routerOf({
    return_error_msg: "yes",
    disable_redirect_fixed_path: true,
    use_h2c: true,
    disable_access_log: true,
    disable_path_decoding: true,
    health_path: "/alive",
    auto_options: true,
    error_body: { "404": { b: 1, a: "<" } },
  });

  expect(router).toMatchObject({
    returnsErrorMessage: false,
    redirectsFixedPath: true,
    hasAccessLog: false,
    checksPathParameters: false,
    healthPath: "/alive",
    hasAutoOptions: true,
    errorBody: { notFound: '{"a":"\\u003c","b":1}', methodNotAllowed: null },
  });
  expect(warnings[0]?.message).toContain("with it all options");
});

test("does not punish the group for options that are read apart", () => {
  const { router } = routerOf({ auto_options: "yes", error_body: 5, return_error_msg: true });

  expect(router).toMatchObject({ hasAutoOptions: false, returnsErrorMessage: true });
});

test("ends the list of trusted proxies at the first entry that is no address", () => {
  const { router, warnings } = routerOf({ trusted_proxies: ["10.0.0.0/8", "nonsense", "::1"] });

  expect(router?.trustedProxies).toEqual(["10.0.0.0/8"]);
  expect(warnings[0]).toMatchObject({
    path: "$.extra_config.router.trusted_proxies[1]",
    severity: "error",
  });
});

test("trusts nobody when the first entry is no address, everybody when there is none", () => {
  expect(routerOf({ trusted_proxies: ["nonsense"] }).router?.trustedProxies).toEqual([]);
  expect(routerOf({ trusted_proxies: [] }).router?.trustedProxies).toBeNull();
});

test("has no health route when it is switched off", () => {
  expect(routerOf({ disable_health: true, health_path: "/x" }).router?.healthPath).toBeNull();
});

test("writes header names in their canonical form", () => {
  expect(routerOf({ remote_ip_headers: ["cf-connecting-ip"] }).router?.remoteIpHeaders).toEqual([
    "Cf-Connecting-Ip",
  ]);
});

test("says which options do nothing and which it does not know", () => {
  const { warnings } = routerOf({
    max_payload: 1,
    max_multipart_memory: 5,
    health_pat: "/x",
    "@c": 1,
  });

  expect(warnings.map(({ message, nearest }) => [message, nearest])).toEqual([
    ["has no effect: an Enterprise option", undefined],
    ["has no effect: gw never parses forms", undefined],
    ["unknown option 'health_pat' is ignored", "health_path"],
  ]);
});

function routerOf(router: object) {
  const { config, warnings } = loadObject({ extra_config: { router } });
  return { router: config?.router, warnings };
}
