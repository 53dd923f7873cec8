/**
 * Microseconds per document: decode, change and encode. Beside the tape stands what is built in,
 * `JSON.parse` and `JSON.stringify`, whose output is wrong (order of keys, digits, escapes).
 * Run with `bun bench/json.ts`.
 */
import { type JsonBlock, type Value, withJsonBlock } from "../src/json/block.ts";
import { compileAllow, compileMapping } from "../src/json/filters.ts";

interface Row {
  readonly name: string;
  readonly bodies: readonly Uint8Array[];
  readonly shape: (block: JsonBlock, value: Value) => Value;
  /** The same with plain objects. */
  readonly shapePlain: (parsed: Plain) => Plain;
}

type Plain = Record<string, unknown>;

const kept = ["total", "page", "items", "meta.owner", "meta.created"];
const allow = compileAllow(kept);
const mapping = compileMapping([
  ["total", "count"],
  ["items", "rows"],
]);

const rows: readonly Row[] = [
  { name: "141 B", bodies: [smallBody(1)], ...unchanged() },
  { name: "three merged", bodies: [smallBody(1), smallBody(2), smallBody(3)], ...grouped() },
  { name: "2.9 KB", bodies: [listBody(18, "plain")], ...unchanged() },
  { name: "8.4 KB, allow + mapping", bodies: [listBody(55, "plain")], ...filtered() },
  { name: "30 KB, allow + mapping", bodies: [listBody(190, "plain")], ...filtered() },
  { name: "25 KB, much non-ASCII", bodies: [listBody(90, "wide")], ...unchanged() },
  { name: "8.4 KB, canonical already", bodies: [canonical(listBody(55, "plain"))], ...unchanged() },
  { name: "14 KB, indented", bodies: [indented(listBody(53, "plain"))], ...unchanged() },
];

for (const row of rows) {
  const tape = measure(() => runTape(row));
  const builtIn = measure(() => runBuiltIn(row));
  const bytes = row.bodies.reduce((sum, body) => sum + body.length, 0);
  console.log(
    row.name.padEnd(28),
    `${bytes} B`.padStart(8),
    `tape ${tape.toFixed(2)} us`.padStart(16),
    `JSON.* ${builtIn.toFixed(2)} us`.padStart(18),
    `ratio ${(tape / builtIn).toFixed(2)}`.padStart(12),
  );
}

function runTape({ bodies, shape }: Row): Uint8Array {
  return withJsonBlock((block) => {
    const values = bodies.map((body) => {
      const value = block.scan(body);
      if (typeof value === "object") throw new Error(value.message);
      return shape(block, value);
    });
    return block.emit(block.merge(values));
  });
}

function runBuiltIn({ bodies, shapePlain }: Row): Uint8Array {
  const parts = bodies.map((body) => shapePlain(JSON.parse(Buffer.from(body).toString())));
  const merged = parts.length === 1 ? parts[0] : Object.assign({}, ...parts);
  return Buffer.from(JSON.stringify(merged));
}

function unchanged(): Pick<Row, "shape" | "shapePlain"> {
  return { shape: (_, value) => value, shapePlain: (parsed) => parsed };
}

function grouped(): Pick<Row, "shape" | "shapePlain"> {
  let turn = 0;
  const next = () => `part${turn++ % 3}`;
  return {
    shape: (block, value) => block.group(value, next()),
    shapePlain: (parsed) => ({ [next()]: parsed }),
  };
}

function filtered(): Pick<Row, "shape" | "shapePlain"> {
  return {
    shape(block, value) {
      block.allow(value, allow);
      block.rename(value, mapping);
      return value;
    },
    shapePlain({ total, page, items, meta }) {
      const { owner, created } = meta as Plain;
      return { count: total, page, rows: items, meta: { owner, created } };
    },
  };
}

function smallBody(id: number): Uint8Array {
  const text = `{"id":${id},"name":"Ada Lovelace","email":"ada@example.com","active":true,"score":12.50,`;
  return Buffer.from(`${text}"tags":["math","engine"],"address":{"zip":"W1","city":"London"}}`);
}

function listBody(count: number, kind: "plain" | "wide"): Uint8Array {
  const items = Array.from({ length: count }, (_, id) => ({
    id: 10_000 + id,
    name: kind === "plain" ? `Item number ${id}` : `Zoë 東京都 ${id}`,
    description: kind === "plain" ? "A short text about it" : "описание товара 説明 ".repeat(4),
    price: 12.5 + id,
    in_stock: id % 2 === 0,
    tags: ["new", "sale"],
    size: { w: 10, h: 20 },
  }));
  const meta = { version: "1.0", owner: "team", created: "2026-01-01", trace: "abcdef0123456789" };
  return Buffer.from(JSON.stringify({ total: count, page: 1, next: "/p/2", items, meta }));
}

function canonical(body: Uint8Array): Uint8Array {
  return withJsonBlock((block) => block.emit(block.scan(body) as Value));
}

function indented(body: Uint8Array): Uint8Array {
  return Buffer.from(JSON.stringify(JSON.parse(Buffer.from(body).toString()), null, 2));
}

/** The best of several rounds: the others met another process or the garbage collector. */
function measure(run: () => Uint8Array): number {
  const warmUntil = performance.now() + 300;
  let runs = 0;
  while (performance.now() < warmUntil) {
    for (let turn = 0; turn < 100; turn++) run();
    runs += 100;
  }

  const perRound = Math.max(100, Math.round(runs / 6));
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 12; round++) {
    const start = performance.now();
    for (let turn = 0; turn < perRound; turn++) run();
    best = Math.min(best, (performance.now() - start) / perRound);
  }
  return best * 1000;
}
