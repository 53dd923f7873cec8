import { isToken } from "./characters.ts";

/**
 * Header lines in the order in which they came, repeated lines apart: name, value, name, value …
 *
 * A flat array costs one object per message, where a map or `Headers` costs one per line and
 * loses order, repetition and spelling. Values hold one byte per character (latin1), as on the wire.
 */
export type HeaderList = string[];

/** The value of the first line of that name, as received; "" is a line without a value. */
export function getHeader(list: HeaderList, lowerName: string): string | undefined {
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i]!;
    // Looked at here, a wrong length costs no call.
    if (name.length === lowerName.length && isSameName(name, lowerName)) return list[i + 1];
  }
  return undefined;
}

/** The values of all lines of that name in their order; lists inside one line are not split. */
export function getAllHeaders(list: HeaderList, lowerName: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < list.length; i += 2) {
    if (isSameName(list[i]!, lowerName)) values.push(list[i + 1]!);
  }
  return values;
}

/** Drops every line of that name; the others keep their order. */
export function removeHeader(list: HeaderList, lowerName: string): void {
  let kept = 0;
  for (let i = 0; i < list.length; i += 2) {
    if (isSameName(list[i]!, lowerName)) continue;

    list[kept] = list[i]!;
    list[kept + 1] = list[i + 1]!;
    kept += 2;
  }
  list.length = kept;
}

/** Compares field names without regard to ASCII case; the second must be in lower case. */
export function isSameName(a: string, lowerB: string): boolean {
  if (a.length !== lowerB.length) return false;
  if (a === lowerB) return true;

  for (let i = 0; i < a.length; i++) {
    const code = a.charCodeAt(i);
    const lower = code >= 65 && code <= 90 ? code + 32 : code;
    if (lower !== lowerB.charCodeAt(i)) return false;
  }
  return true;
}

/**
 * The spelling that Go gives a field name: `x-request-ID` becomes `X-Request-Id`.
 * A name that is no token stays as it is; one that is canonical already is returned without a copy.
 */
export function toCanonicalName(name: string): string {
  if (isCanonical(name) || !isToken(name)) return name;

  let canonical = "";
  let startsWord = true;
  for (const character of name) {
    canonical += startsWord ? character.toUpperCase() : character.toLowerCase();
    startsWord = character === "-";
  }
  return canonical;
}

/** True for the fields that end with one connection, whether or not `Connection` names them (RFC 9110 section 7.6.1). */
export function isHopByHop(name: string): boolean {
  switch (name.length) {
    case 2:
      return isSameName(name, "te");
    case 7:
      return isSameName(name, "trailer") || isSameName(name, "upgrade");
    case 10:
      return isSameName(name, "connection") || isSameName(name, "keep-alive");
    case 16:
      return isSameName(name, "proxy-connection");
    case 17:
      return isSameName(name, "transfer-encoding");
    case 18:
      return isSameName(name, "proxy-authenticate");
    case 19:
      return isSameName(name, "proxy-authorization");
    default:
      return false;
  }
}

/** The options of all `Connection` lines in lower case, `keep-alive` and `close` among them. */
export function connectionOptions(list: HeaderList): string[] {
  const options: string[] = [];
  for (let i = 0; i < list.length; i += 2) {
    if (!isSameName(list[i]!, "connection")) continue;

    const value = list[i + 1]!;
    // What nearly every message says needs no splitting.
    if (value === "keep-alive" || value === "close") {
      options.push(value);
      continue;
    }
    for (const part of value.split(",")) {
      const option = part.trim().toLowerCase();
      if (option !== "") options.push(option);
    }
  }
  return options;
}

function isCanonical(name: string): boolean {
  let startsWord = true;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (startsWord ? code >= 97 && code <= 122 : code >= 65 && code <= 90) return false;
    startsWord = code === 45;
  }
  return true;
}
