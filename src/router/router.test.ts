import { describe, expect, test } from "bun:test";
import { Router, type RouterOptions } from "./router.ts";

const DEFAULTS: RouterOptions = {
  redirectsTrailingSlash: true,
  redirectsFixedPath: true,
  answersMethodNotAllowed: true,
  removesExtraSlash: false,
};

/** A router whose values are its routes, each written `GET /path`. */
function routerOf(routes: readonly string[], options: Partial<RouterOptions> = {}): Router<string> {
  const router = new Router<string>({ ...DEFAULTS, ...options });
  for (const line of routes) {
    const [method = "", route = ""] = line.split(" ");
    router.add(method, route, line);
  }
  return router;
}

/** What a request leads to, as one line. */
function outcome(router: Router<string>, method: string, target: string, prefix?: string): string {
  const [path = "", ...rest] = target.split("?");
  const query = target.includes("?") ? rest.join("?") : undefined;
  const match = router.match(method, path, query, prefix);
  switch (match.kind) {
    case "found":
      return [match.value, ...match.params].join(" | ");
    case "redirect":
      return `${match.status} ${match.location}`;
    case "method-not-allowed":
      return `405 ${match.allow}`;
    case "not-found":
      return "404";
  }
}

describe("matching", () => {
  const router = routerOf([
    "GET /u/:id",
    "GET /u/me",
    "GET /u/:id/posts",
    "GET /u/me/settings",
    "GET /u/:id/posts/latest",
    "GET /u/:id/posts/:post",
    "GET /café",
    "GET /file.{ext}",
    "GET /rev:no/list",
    "GET /__debug/*param",
  ]);

  test.each([
    ["/u/me", "GET /u/me"],
    ["/u/m", "GET /u/:id | m"],
    ["/u/me2", "GET /u/:id | me2"],
    ["/u/me/posts", "GET /u/:id/posts | me"],
    ["/u/me/settings", "GET /u/me/settings"],
    ["/u/7/posts/late", "GET /u/:id/posts/:post | 7 | late"],
    ["/u/7/posts/latest", "GET /u/:id/posts/latest | 7"],
    ["/u/%6de", "GET /u/me"],
    ["/u/%41%20b", "GET /u/:id | A b"],
    ["/u//posts", "GET /u/:id/posts | "],
    ["/u/a%2Fposts", "GET /u/:id/posts | a"],
    ["/u/x%252F", "GET /u/:id | x%2F"],
    ["/caf%C3%A9", "GET /café"],
    ["/file.%7Bext%7D", "GET /file.{ext}"],
    ["/rev/list", "GET /rev:no/list | "],
    ["/rev12/list", "GET /rev:no/list | 12"],
    ["/__debug/", "GET /__debug/*param | /"],
    ["/__debug/a/b", "GET /__debug/*param | /a/b"],
    ["/u/7/settings", "404"],
    ["/u/", "404"],
  ])("leads %p to %p", (target, expected) => {
    expect(outcome(router, "GET", target)).toBe(expected);
  });

  test("keeps a parameter that is no UTF-8 as its bytes", () => {
    expect(router.match("GET", "/u/%ff%C3%A9", undefined, undefined)).toEqual({
      kind: "found",
      value: "GET /u/:id",
      params: ["\u00ff\u00c3\u00a9"],
    });
  });

  test("does not keep values of a static attempt that led nowhere", () => {
    const nested = routerOf(["GET /a/:x/c/:y/e", "GET /:p/:q/c/:r/f"]);

    expect(outcome(nested, "GET", "/a/1/c/2/f")).toBe("GET /:p/:q/c/:r/f | a | 1 | 2");
  });

  test("cleans a route that is registered with two slashes", () => {
    const doubled = routerOf(["GET //twice"]);

    expect(outcome(doubled, "GET", "/twice")).toBe("GET //twice");
    expect(outcome(doubled, "GET", "//twice")).toBe("301 /twice");
  });

  test("gives earlier matches their own list of values", () => {
    const first = router.match("GET", "/u/1", undefined, undefined);
    router.match("GET", "/u/2/posts/3", undefined, undefined);

    expect(first).toMatchObject({ params: ["1"] });
  });
});

describe("redirects", () => {
  const router = routerOf([
    "GET /__health",
    "GET /plain",
    "POST /plain",
    "GET /dir/",
    "GET /p/:id",
    "DELETE /q/:id/",
    "GET /Orders/:id/lines",
    "GET /__debug/*param",
    "GET /Größe",
  ]);

  test.each([
    ["GET", "/plain/", "301 /plain"],
    ["POST", "/plain/", "307 /plain"],
    ["GET", "/plain/?a=1&b=%20", "301 /plain?a=1&b=%20"],
    ["GET", "/plain/?", "301 /plain?"],
    ["GET", "/dir", "301 /dir/"],
    ["GET", "/p/7/", "301 /p/7"],
    ["GET", "/p/a%20b/", "301 /p/a%20b"],
    ["GET", "/p/%c3%a9/", "301 /p/%C3%A9"],
    ["DELETE", "/q/7", "307 /q/7/"],
    ["GET", "/__health/", "301 /__health"],
    ["GET", "/__HEALTH", "301 /__health"],
    ["GET", "/__debug", "301 /__debug/"],
    ["GET", "/orders/AbC//lines?x=1", "301 /Orders/AbC/lines?x=1"],
    ["GET", "/foo/../Orders/7/lines", "301 /Orders/7/lines"],
    ["GET", "/orders/7/lines/", "301 /Orders/7/lines"],
    ["GET", "/GR%C3%96%C3%9FE", "301 /Gr%C3%B6%C3%9Fe"],
    ["PUT", "/plain/", "404"],
    ["HEAD", "/plain/", "404"],
  ])("answers %s %s with %s", (method, target, expected) => {
    expect(outcome(router, method, target)).toBe(expected);
  });

  test("suggests a path without slash where the tree parts right before that slash", () => {
    expect(outcome(router, "GET", "/p/")).toBe("301 /p");
    expect(outcome(routerOf(["GET /p/:id"]), "GET", "/p/")).toBe("404");
  });

  test("escapes the query in the body and leaves it as sent in the location", () => {
    const match = router.match("GET", "/plain/", `q='<"&>`, undefined);

    expect(match).toEqual({
      kind: "redirect",
      status: 301,
      location: `/plain?q='<"&>`,
      body: '<a href="/plain?q=&#39;&lt;&#34;&amp;&gt;">Moved Permanently</a>.\n\n',
    });
  });

  test("escapes raw bytes of the query in the location, which is a header", () => {
    expect(outcome(router, "GET", "/plain/?q=\u00c3\u00a9")).toBe("301 /plain?q=%c3%a9");
  });

  test("has no body for other methods than GET", () => {
    expect(router.match("POST", "/plain/", undefined, undefined)).toMatchObject({ body: "" });
  });

  test("leaves the path alone for CONNECT and for the root", () => {
    const connect = routerOf(["CONNECT /x", "GET /x/:id"]);

    expect(outcome(connect, "CONNECT", "/x/")).toBe("404");
    expect(outcome(connect, "GET", "/")).toBe("404");
  });

  test("sends an absolute target without path to the root", () => {
    expect(outcome(routerOf(["GET /", "GET /x"]), "GET", "")).toBe("301 /");
    expect(outcome(routerOf(["GET /x"]), "GET", "")).toBe("301 /");
    expect(outcome(routerOf(["GET /x", "GET /y"]), "GET", "")).toBe("404");
  });

  test("prefers static text when it looks for another letter case", () => {
    const mixed = routerOf(["GET /u/:id/x", "GET /u/me"]);

    expect(outcome(mixed, "GET", "/U/ME")).toBe("301 /u/me");
    expect(outcome(mixed, "GET", "/U/Someone/X")).toBe("301 /u/Someone/x");
  });

  test.each([
    ["/api", "301 /api/plain"],
    ["/api/v1/", "301 /api/v1/plain"],
    ["/a//b/../c", "301 /a/c/plain"],
    ["/a_b.c", "301 /abc/plain"],
    ["api", "301 /api/plain"],
    ["", "301 /plain"],
    ["/", "301 /plain"],
    [".", "301 /plain"],
    ["..", "301 /plain"],
    ["//evil.test", "301 /eviltest/plain"],
    ["https://evil.test", "301 /https/eviltest/plain"],
    ["/\u00e9\r\n", "301 /plain"],
  ])("puts the forwarded prefix %p in front", (prefix, expected) => {
    expect(outcome(router, "GET", "/plain/", prefix)).toBe(expected);
  });

  test("uses the forwarded prefix only where a slash was the reason", () => {
    expect(outcome(router, "GET", "/PLAIN", "/api")).toBe("301 /plain");
  });

  test("never leads to another host", () => {
    const parameters = routerOf(["GET /:a/:b", "GET /:a/:b/:c/"]);

    expect(outcome(parameters, "GET", "//evil.test/")).toBe("301 /evil.test");
    expect(outcome(parameters, "GET", "//evil.test/x")).toBe("301 /evil.test/x/");
    expect(outcome(parameters, "GET", "//evil.test/x", "..")).toBe("301 /evil.test/x/");
  });
});

describe("switches", () => {
  const routes = ["GET /plain", "GET /dir/", "POST /only"];

  test("without slash redirects the lookup of the fixed path still corrects the slash", () => {
    const router = routerOf(routes, { redirectsTrailingSlash: false });

    expect(outcome(router, "GET", "/plain/")).toBe("301 /plain");
    expect(outcome(router, "GET", "/plain/", "/api")).toBe("301 /plain");
  });

  test("without fixed paths only the slash at the end is corrected", () => {
    const router = routerOf(routes, { redirectsFixedPath: false });

    expect(outcome(router, "GET", "/dir")).toBe("301 /dir/");
    expect(outcome(router, "GET", "/PLAIN")).toBe("404");
    expect(outcome(router, "GET", "//plain")).toBe("404");
  });

  test("without both nothing is corrected", () => {
    const router = routerOf(routes, { redirectsTrailingSlash: false, redirectsFixedPath: false });

    expect(outcome(router, "GET", "/plain/")).toBe("404");
  });

  test("without the answer 405 a wrong method is not found", () => {
    const router = routerOf(routes, { answersMethodNotAllowed: false });

    expect(outcome(router, "GET", "/only")).toBe("404");
  });

  test("with slash removal the cleaned path is matched", () => {
    const router = routerOf(["GET /a/:id/b", "GET /dir/"], { removesExtraSlash: true });

    expect(outcome(router, "GET", "/a//7///b")).toBe("GET /a/:id/b | 7");
    expect(outcome(router, "GET", "/x/../a/7/b")).toBe("GET /a/:id/b | 7");
    expect(outcome(router, "GET", "/dir//")).toBe("GET /dir/");
    expect(outcome(router, "GET", "/A//7/b")).toBe("301 /a/7/b");
  });
});

describe("wrong methods", () => {
  const router = routerOf([
    "GET /__health",
    "POST /things",
    "GET /things",
    "DELETE /things",
    "PUT /things/:id",
    "GET /u/me",
    "GET /u/:id",
  ]);

  test.each([
    ["PUT", "/things", "405 GET, POST, DELETE"],
    ["HEAD", "/things", "405 GET, POST, DELETE"],
    ["PURGE", "/things", "405 GET, POST, DELETE"],
    ["post", "/things", "405 GET, POST, DELETE"],
    ["GET", "/things/9", "405 PUT"],
    ["POST", "/__health", "405 GET"],
    ["POST", "/nothing", "404"],
    ["POST", "/THINGS/9", "404"],
    ["DELETE", "/u/me", "405 GET"],
  ])("answers %s %s with %s", (method, target, expected) => {
    expect(outcome(router, method, target)).toBe(expected);
  });

  test("prefers a redirect to the answer 405", () => {
    const both = routerOf(["GET /a/", "POST /a"]);

    expect(outcome(both, "GET", "/a")).toBe("301 /a/");
  });
});

describe("conflicts", () => {
  test.each([
    [["GET /a", "GET /a"]],
    [["GET /u/:a/x", "GET /u/:b/y"]],
    [["GET /a/*rest", "GET /a/b"]],
    [["GET /a/b", "GET /a/*rest"]],
    [["GET /a/:b:c"]],
    [["GET /a/:"]],
    [["GET /a/*"]],
    [["GET /a*rest"]],
    [["GET /a/*rest/b"]],
  ])("refuses %p", (routes) => {
    expect(() => routerOf(routes)).toThrow(/^route /);
  });

  test("keeps the methods apart", () => {
    expect(() => routerOf(["GET /u/:a", "POST /u/:b"])).not.toThrow();
  });
});
