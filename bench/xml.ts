/**
 * MB/s of XML documents: decoded and written as JSON, and written back as XML. Run with `bun bench/xml.ts`.
 */
import { withJsonBlock } from "../src/json/block.ts";
import { layOutXml } from "../src/xml/layout.ts";
import { writeXml } from "../src/xml/write.ts";

const rows: readonly (readonly [string, Buffer])[] = [
  ["small answer", document(1)],
  ["list of records", document(100)],
  ["indented list", document(2000, "\n    ")],
  ["entities in every text", document(500, "", " &amp; &lt;more&gt;")],
  ["long texts", document(50, "", " lorem ipsum dolor sit amet".repeat(40))],
];

for (const [name, body] of rows) {
  const decoding = megabytesPerSecond(body, () => void decode(body));
  const toJson = megabytesPerSecond(
    body,
    () => void withJsonBlock((block) => block.emit(laidOut(block, body))),
  );
  const toXml = megabytesPerSecond(
    body,
    () => void withJsonBlock((block) => block.write(laidOut(block, body), writeXml)),
  );
  console.log(
    name.padEnd(24),
    `${body.length} B`.padStart(10),
    `decode ${decoding.toFixed(0)} MB/s`.padStart(18),
    `to JSON ${toJson.toFixed(0)} MB/s`.padStart(18),
    `to XML ${toXml.toFixed(0)} MB/s`.padStart(18),
  );
}

function decode(body: Buffer): void {
  withJsonBlock((block) => laidOut(block, body));
}

function laidOut(block: Parameters<Parameters<typeof withJsonBlock>[0]>[0], body: Buffer) {
  const value = block.layOut(() => layOutXml(body));
  if (typeof value === "object") throw new Error(value.message);
  return value;
}

function megabytesPerSecond(body: Buffer, work: () => void): number {
  const until = performance.now() + 300;
  while (performance.now() < until) work();
  const rounds = Math.ceil(20_000_000 / body.length);
  const start = performance.now();
  for (let round = 0; round < rounds; round++) work();
  return (rounds * body.length) / (performance.now() - start) / 1000;
}

function document(records: number, gap = "", more = ""): Buffer {
  const one = (index: number) =>
    [
      `<record id="${index}" state="open">`,
      `  <name>Customer number ${index}${more}</name>`,
      `  <street>Main street ${index}</street><city>Zürich</city>`,
      `  <amount currency="CHF">${index * 17}.50</amount>`,
      "  <tag>first</tag><tag>second</tag><note/>",
      "</record>",
    ].join(gap);
  const body = Array.from({ length: records }, (_, index) => one(index)).join(gap);
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<records>${body}</records>\n`);
}
