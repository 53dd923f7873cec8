/**
 * The form in which a configuration stands behind a program in the same file:
 *
 *     program | configuration | its file name | footer
 *
 * Every number is little-endian. The footer's last fields stand at fixed distances from the end of
 * the file in every version of the form, so that a program recognises what it cannot read.
 */
import { createHash } from "node:crypto";
import type { ConfigFormat, ConfigSource } from "./source.ts";

/** What stands behind the program. */
export type Appendix =
  | { readonly kind: "none" }
  | { readonly kind: "configuration"; readonly source: ConfigSource; readonly sha256: string }
  /** Something else; the reason is a clause for the user. */
  | { readonly kind: "damaged"; readonly reason: string };

/** What a reader wants of the bytes behind the program; positions count from the program's end. */
export interface AppendedBytes {
  readonly length: number;
  read(position: number, length: number): Uint8Array;
}

/** A configuration in its form behind a program. */
export interface RenderedAppendix {
  readonly bytes: Uint8Array;
  /** Of the text, in hexadecimal. */
  readonly sha256: string;
}

const FOOTER_BYTES = 96;
/** Offsets in the footer. Each digest is a SHA-256; the second one covers the name and the rest of the footer. */
const OF_DIGEST = 0;
const OF_CHECK = 32;
const OF_CONFIGURATION_LENGTH = 64;
const OF_NAME_LENGTH = 72;
const OF_FORMAT = 76;
const OF_VERSION = 80;
const OF_MAGIC = 84;

const MAGIC = Buffer.from("gw-appendix\n", "latin1");
const VERSION = 1;
const FORMATS: readonly ConfigFormat[] = ["json", "yaml", "toml"];

/** The bytes to append to a program so that it carries the configuration. */
export function renderAppendix({ text, name, format }: ConfigSource): RenderedAppendix {
  const nameBytes = Buffer.from(name, "utf8");
  const footer = Buffer.alloc(FOOTER_BYTES);
  const sha256 = digest(text);
  sha256.copy(footer, OF_DIGEST);
  footer.writeBigUInt64LE(BigInt(text.length), OF_CONFIGURATION_LENGTH);
  footer.writeUInt32LE(nameBytes.length, OF_NAME_LENGTH);
  footer.writeUInt32LE(FORMATS.indexOf(format), OF_FORMAT);
  footer.writeUInt32LE(VERSION, OF_VERSION);
  MAGIC.copy(footer, OF_MAGIC);
  check(nameBytes, footer).copy(footer, OF_CHECK);
  return { bytes: Buffer.concat([text, nameBytes, footer]), sha256: sha256.toString("hex") };
}

/** Reads what stands behind a program; only what is whole and unaltered is a configuration. */
export function readAppendix(appended: AppendedBytes): Appendix {
  const { length } = appended;
  if (length === 0) return { kind: "none" };
  if (length < 0) return damaged(`the program itself lacks its last ${-length} bytes`);
  if (length < FOOTER_BYTES) return damaged(describeForeign(length));

  const footer = Buffer.from(appended.read(length - FOOTER_BYTES, FOOTER_BYTES));
  if (!footer.subarray(OF_MAGIC).equals(MAGIC)) return damaged(describeForeign(length));
  const version = footer.readUInt32LE(OF_VERSION);
  if (version !== VERSION) {
    return damaged(`it has form ${version}, and this gw reads form ${VERSION}`);
  }
  const configurationLength = Number(footer.readBigUInt64LE(OF_CONFIGURATION_LENGTH));
  const nameLength = footer.readUInt32LE(OF_NAME_LENGTH);
  const expected = configurationLength + nameLength + FOOTER_BYTES;
  if (expected !== length) {
    return damaged(`it should have ${expected} bytes and has ${length}: it was cut or altered`);
  }
  const text = appended.read(0, configurationLength);
  const nameBytes = Buffer.from(appended.read(configurationLength, nameLength));
  const format = FORMATS[footer.readUInt32LE(OF_FORMAT)];
  const isIntact = footer
    .subarray(OF_CHECK, OF_CONFIGURATION_LENGTH)
    .equals(check(nameBytes, footer));
  if (!isIntact || format === undefined) return damaged("its description was altered");

  const sha256 = footer.subarray(OF_DIGEST, OF_CHECK);
  if (!digest(text).equals(sha256)) return damaged("its text was altered (sha256 differs)");
  const source = { text, name: nameBytes.toString("utf8"), format };
  return { kind: "configuration", source, sha256: sha256.toString("hex") };
}

function damaged(reason: string): Appendix {
  return { kind: "damaged", reason };
}

function describeForeign(length: number): string {
  return `the ${length} bytes behind the program are no whole configuration: cut, altered, or appended by something else`;
}

function check(name: Uint8Array, footer: Buffer): Buffer {
  return digest(
    name,
    footer.subarray(OF_DIGEST, OF_CHECK),
    footer.subarray(OF_CONFIGURATION_LENGTH, FOOTER_BYTES),
  );
}

function digest(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
