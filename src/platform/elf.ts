/** So much of the beginning of a program is its ELF header. */
export const ELF_HEADER_BYTES = 64;

/**
 * Where a 64-bit little-endian ELF file ends by its own account, in bytes: behind the table of its
 * sections, which linkers and Bun put last. `undefined` when the bytes are no such header.
 */
export function findElfEnd(header: Uint8Array): number | undefined {
  if (header.length < ELF_HEADER_BYTES) return undefined;
  if (!IDENTIFICATION.every((byte, index) => header[index] === byte)) return undefined;

  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const sectionTable = Number(view.getBigUint64(0x28, true));
  const entryBytes = view.getUint16(0x3a, true);
  const entries = view.getUint16(0x3c, true);
  return sectionTable === 0 ? undefined : sectionTable + entryBytes * entries;
}

/**
 * A byte of the header that no system reads (the last of `EI_PAD`); in a program that carries a
 * configuration it is set, so that one whose configuration was cut off whole can be told.
 */
export const CARRIES_MARK_OFFSET = 15;
/** Its value there. */
export const CARRIES_MARK = 0x67;

/** Magic, 64 bits, little-endian, version 1. */
const IDENTIFICATION = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1];
