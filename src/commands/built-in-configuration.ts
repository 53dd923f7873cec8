import builtInText from "../../config/gateway.json" with { type: "text" };
import type { ConfigSource } from "../config/source.ts";

/** The name under which messages speak of it. */
export const BUILT_IN = "built-in";

/**
 * The configuration that gw carries: it needs nothing else, since its backends are pages of the
 * gateway itself. So its hosts name its own port, and `port` takes the place of both.
 */
export function builtInConfiguration(port: number | undefined): ConfigSource {
  // The compiler describes the object in the file; imported as text it is a string.
  const text = String(builtInText);
  const moved = port === undefined ? text : text.replaceAll(PORT_IN_FILE, String(port));
  return { text: Buffer.from(moved, "utf8"), name: BUILT_IN, format: "json" };
}

/** Stands in the file as the port and in every host, and nowhere else. */
const PORT_IN_FILE = "8080";
