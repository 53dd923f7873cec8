/**
 * Header lines in the order in which they came, repeated lines apart: name, value, name, value …
 *
 * A flat array costs one object per message, where a map or `Headers` costs one per line and
 * loses order, repetition and spelling. Values hold one byte per character (latin1), as on the wire.
 */
export type HeaderList = string[];
