import { type HeaderList, isSameName } from "../http1/header-list.ts";

/** What a negotiated answer can be written as. */
export type Offer = "json" | "xml" | "yaml";

/**
 * What a client's first `Accept` line asks for, as gin decides: its entries in their order, weights
 * ignored, each against the offers in theirs. JSON, where nothing fits.
 */
export function negotiate(headers: HeaderList): Offer {
  for (const part of firstAccept(headers).split(",")) {
    const semicolon = part.indexOf(";");
    const accepted = (semicolon > 0 ? part.slice(0, semicolon) : part).trim();
    if (accepted === "") continue;
    for (const [type, offer] of OFFERS) {
      if (fits(accepted, type)) return offer;
    }
  }
  return "json";
}

const OFFERS: readonly (readonly [string, Offer])[] = [
  ["application/json", "json"],
  ["text/plain", "yaml"],
  ["application/xml", "xml"],
  ["application/x-yaml", "yaml"],
];

function firstAccept(headers: HeaderList): string {
  for (let at = 0; at < headers.length; at += 2) {
    if (isSameName(headers[at]!, "accept")) return headers[at + 1]!;
  }
  return "";
}

/** An entry fits what it is the beginning of; a `*` stands for one character or more. */
function fits(accepted: string, offer: string): boolean {
  const star = accepted.indexOf("*");
  if (star === -1) return offer.startsWith(accepted);
  return star < offer.length && offer.startsWith(accepted.slice(0, star));
}
