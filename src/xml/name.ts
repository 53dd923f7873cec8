/**
 * The key as the name of an element or attribute: as it stands when it is a name of XML 1.0, with
 * one colon at most. In others each character that a name may not have becomes `_xHHHH_` (ISO 9075-14).
 */
export function xmlName(key: string): string {
  return SIMPLE_NAME.test(key) && !key.includes("_x") ? key : carefulName(key);
}

/** Keys of nearly all documents: one cheap look. */
const SIMPLE_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

const START =
  "A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}" +
  "\\u{200C}\\u{200D}\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}" +
  "\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}";
const NAME_START = new RegExp(`^[${START}]$`, "u");
const NAME_CHARACTER = new RegExp(
  `^[${START}\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}\\u{2040}]$`,
  "u",
);

function carefulName(key: string): string {
  if (key === "") return "_";
  const colon = key.indexOf(":");
  const isPrefixed = colon > 0 && colon === key.lastIndexOf(":") && isStart(key.slice(colon + 1));
  let name = "";
  let at = 0;
  for (const character of key) {
    const isKept =
      character === ":"
        ? isPrefixed
        : (name === "" ? NAME_START : NAME_CHARACTER).test(character) &&
          // What looks like an escape already must not come out as one.
          !(character === "_" && ESCAPE.test(key.slice(at, at + 7)));
    name += isKept ? character : escaped(character);
    at += character.length;
  }
  return name;
}

const ESCAPE = /^_x[0-9A-Fa-f]{4}_/;

function isStart(text: string): boolean {
  const first = text.codePointAt(0);
  return first !== undefined && NAME_START.test(String.fromCodePoint(first));
}

function escaped(character: string): string {
  let units = "";
  for (let index = 0; index < character.length; index++) {
    units += `_x${character.charCodeAt(index).toString(16).toUpperCase().padStart(4, "0")}_`;
  }
  return units;
}
