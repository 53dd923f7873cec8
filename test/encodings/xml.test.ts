import { expect, test } from "bun:test";
import { withJsonBlock } from "../../src/json/block.ts";
import { layOutXml } from "../../src/xml/layout.ts";
import { writeXml } from "../../src/xml/write.ts";
import { createDice, damage, randomDocument } from "../json/random-documents.ts";
import { printTree } from "../json/reference.ts";
import { type Element, randomElement, treeOf, writeElement } from "./reference-xml.ts";

const documents = 12_000;
const timeoutMs = 60_000;
const remains = ["</a>", '"', "x<", "&amp;"].map((left) => Buffer.from(left.repeat(500)));

/** JSON of a document, or `undefined` when it is none. */
function decoded(xml: string | Uint8Array): string | undefined {
  return withJsonBlock((block) => {
    const value = block.layOut(() => layOutXml(typeof xml === "string" ? Buffer.from(xml) : xml));
    return typeof value === "object" ? undefined : block.emit(value).toString();
  });
}

/** XML of a JSON text, or of what a document says. */
function written(from: { readonly json?: Uint8Array; readonly xml?: string }): string {
  return withJsonBlock((block) => {
    const value =
      from.json === undefined
        ? block.layOut(() => layOutXml(Buffer.from(from.xml!)))
        : block.scan(from.json);
    if (typeof value === "object") throw new Error(value.message);
    return block.write(value, writeXml).toString();
  });
}

/** Texts side by side read as one piece, and a section must not hold its own end: such documents say something else. */
function isUnambiguous({ content }: Element): boolean {
  return content.every((node, index) => {
    const next = content[index + 1];
    if (node.kind === "text" && next?.kind === "text") return false;
    if (node.kind === "cdata" && `${node.text}]]>`.indexOf("]]>") < node.text.length) return false;
    return node.kind !== "element" || isUnambiguous(node);
  });
}

test(
  "documents are read as the reference reads them, and what is written is read the same",
  () => {
    const dice = createDice(0x3a17);
    for (let made = 0; made < documents; ) {
      const element = randomElement(dice);
      if (!isUnambiguous(element)) continue;
      made++;
      const xml = writeElement(dice, element);
      const expected = printTree(treeOf(element));

      const json = decoded(`${dice.below(2) === 0 ? "<?xml version='1.0'?>\n" : ""}${xml}`);

      if (json !== expected) expect(json, xml).toBe(expected);
      const again = written({ xml });
      if (decoded(again) !== expected) expect(decoded(again), again).toBe(expected);
    }
    expect.assertions(0);
  },
  timeoutMs,
);

test(
  "damaged documents are read or refused, never more",
  () => {
    const dice = createDice(0xda3a);
    let read = 0;
    for (let made = 0; made < documents; made++) {
      const xml = damage(dice, Buffer.from(writeElement(dice, randomElement(dice))));
      const json = decoded(xml);
      // What earlier documents left in memory must not be read.
      withJsonBlock((block) => block.stringBytes(remains[made % remains.length]!));
      if (decoded(xml) !== json) expect(decoded(xml), xml.toString()).toBe(json);
      if (json === undefined) continue;
      JSON.parse(json);
      read++;
    }
    expect(read).toBeGreaterThan(documents / 20);
    expect(read).toBeLessThan(documents);
  },
  timeoutMs,
);

test(
  "any JSON is written as well-formed XML, whatever its keys and texts",
  () => {
    const dice = createDice(0x0d0c);
    for (let made = 0; made < documents; made++) {
      const json = randomDocument(dice);
      const xml = written({ json });
      // A single list of objects has a root for each of them.
      if (decoded(`<all>${xml}</all>`) === undefined) expect(xml).toBe("well-formed");
    }
    expect.assertions(0);
  },
  timeoutMs,
);
