import { Eta } from "eta";
import { CheckedText } from "./checked-text.ts";

/** What a template may see: numbers, switches and checked text. */
export type TemplateView = { readonly [name: string]: TemplateValue };

/** One value of it; `null`: absent. */
export type TemplateValue =
  | CheckedText
  | number
  | boolean
  | null
  | readonly TemplateValue[]
  | TemplateView;

// Escaping for XML would break every quote; safety comes from the types. Trimming would swallow line ends.
const eta = new Eta({ autoEscape: false, autoTrim: false, useWith: false });

/** Fills a template in; throws for a value that is not there, since eta would print "undefined", and for control characters in the result. */
export function renderTemplate(template: string, view: TemplateView): string {
  const text = eta.renderString(template, toPlainObject(view, "it"));
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isOdd = (code < 0x20 && code !== 0x0a) || code > 0x7e;
    if (isOdd) throw new Error(`a rendered file holds the character ${code}`);
  }
  return text;
}

/** The same with plain text in the place of checked text. */
function toPlain(value: TemplateValue, path: string): object | string | number | boolean | null {
  if (value instanceof CheckedText) return value.cfg();
  if (Array.isArray(value)) return value.map((item, at) => toPlain(item, `${path}[${at}]`));
  // Lists are gone already; the type does not know it of read-only ones.
  if (typeof value === "object" && value !== null)
    return toPlainObject(value as TemplateView, path);
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new Error(`${path} is no whole number: ${value}`);
  }
  if (typeof value === "string" || value === undefined) throw new Error(`${path} was not checked`);
  return value;
}

function toPlainObject(view: TemplateView, path: string): object {
  const entries = Object.entries(view).map(
    ([name, member]) => [name, toPlain(member, `${path}.${name}`)] as const,
  );
  return new Proxy(Object.fromEntries(entries), { get: readMember });
}

function readMember(view: object, name: string | symbol): unknown {
  if (!(name in view)) throw new Error(`a template asks for "${String(name)}", which is not there`);
  return Reflect.get(view, name);
}
