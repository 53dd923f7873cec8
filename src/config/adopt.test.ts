import { expect, expectTypeOf, test } from "bun:test";
import { isRecord } from "../lib/go-coerce.ts";
import { adoptConfig } from "./adopt.ts";
import { loadValid } from "./fixture.ts";
import type { ServiceConfig } from "./model.ts";

/** Objects in objects and lists, with names that mean something to JavaScript. */
const OPTIONS = {
  list: [{ a: 1, deeper: [[{ b: null }]] }, [], "text", 1.5, true],
  object: { constructor: { name: "x" }, toString: "y", empty: {} },
};

const client = { "backend/http/client": { send_body_on_redirect: true }, "x/y": OPTIONS };

/** Every place where a file may hold options of its own making. */
const root = {
  host: ["http://backend:8080"],
  extra_config: {
    router: { error_body: { "404": { text: "not here" } } },
    "telemetry/logging": { level: "INFO", stdout: true },
    "gw/node": { shutdown_delay: "3s" },
    "x/y": OPTIONS,
  },
  endpoints: [
    {
      endpoint: "/a/{id}",
      extra_config: {
        proxy: {
          sequential: true,
          static: { strategy: "always", data: OPTIONS },
          flatmap_filter: [{ type: "move", args: ["a", "b"] }],
        },
        "x/y": OPTIONS,
      },
      backend: [
        {
          url_pattern: "/b",
          extra_config: {
            proxy: { shadow: true, flatmap_filter: [{ type: "del", args: ["c"] }] },
            ...client,
          },
          mapping: { a: "b" },
        },
        { url_pattern: "/c", extra_config: client, sd: "dns", sd_scheme: "http" },
      ],
    },
    { endpoint: "/d", backend: [{ url_pattern: "/d" }] },
  ],
};

test("a configuration is the same in another thread, prototypes included", () => {
  const loaded = loadValid(root);

  const adopted = adoptConfig(JSON.stringify(loaded));

  expect(describeTree(adopted)).toEqual(describeTree(loaded));
});

test("the options of that configuration have no prototype anywhere", () => {
  const { extraConfig, endpoints } = loadValid(root);
  const endpoint = endpoints[0]!;

  const places = [
    extraConfig,
    endpoint.extraConfig,
    endpoint.proxy.static?.data,
    ...endpoint.backends.map((backend) => backend.extraConfig),
  ];

  expect(places.map((place) => describeTree(place).split("\n")[0])).toEqual(
    places.map(() => ": no prototype"),
  );
});

test("a configuration holds nothing that a JSON text cannot carry", () => {
  expectTypeOf<Uncarried<ServiceConfig>>().toBeNever();

  expectTypeOf<Uncarried<{ deep: readonly { map: Map<string, string> }[] }>>().not.toBeNever();
  expectTypeOf<Uncarried<{ set: ReadonlySet<string> }>>().not.toBeNever();
  expectTypeOf<Uncarried<{ either: RegExp | null }>>().not.toBeNever();
  expectTypeOf<Uncarried<{ call?: () => void }>>().not.toBeNever();
  expectTypeOf<Uncarried<{ bytes: Uint8Array }>>().not.toBeNever();
  expectTypeOf<Uncarried<{ at: Date }>>().not.toBeNever();
  expectTypeOf<Uncarried<readonly [1, bigint]>>().not.toBeNever();
  expectTypeOf<Uncarried<{ mark: symbol }>>().not.toBeNever();
});

/**
 * What of a type gets lost in JSON; classes show by their methods. `unknown` is an option as the
 * file has it, and what is `undefined` reads the same when it is not there.
 */
type Uncarried<Value> = unknown extends Value
  ? never
  : Value extends string | number | boolean | null | undefined
    ? never
    : Value extends bigint | symbol | ((...given: never) => unknown)
      ? Value
      : Value extends readonly (infer Item)[]
        ? Uncarried<Item>
        : { [Key in keyof Value]-?: Uncarried<Value[Key]> }[keyof Value];

/** A line for each value, with its place; of an object also whether it has a prototype. */
function describeTree(value: unknown, place = ""): string {
  if (typeof value === "number") return `${place}: ${value}`;
  if (!Array.isArray(value) && !isRecord(value)) return `${place}: ${JSON.stringify(value)}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  const kind = prototype === null ? "no prototype" : `like ${prototype?.constructor.name}`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const lines = members.map(([name, member]) => describeTree(member, `${place}/${name}`));
  return [`${place}: ${kind}`, ...lines].join("\n");
}
