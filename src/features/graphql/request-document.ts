import { type Failure, failure } from "../../errors.ts";
import { type JsonBlock, type Value, withJsonBlock } from "../../json/block.ts";
import { shapeFailure } from "../../json/json-failure.ts";
import { Params } from "../../lib/params.ts";

/** What is sent, without what a request adds. */
export interface GraphqlDocument {
  readonly query: string;
  /** Empty: none. */
  readonly operationName: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Compiles a query: variables that are a placeholder as a whole take the value of a parameter, or an empty text. */
export function compileQuery(document: GraphqlDocument): (params: Params) => Buffer {
  const entries = Object.entries(document.variables);
  const placeholders = entries.map(([, value]) => parameterOf(value));
  const compose = (params: Params) =>
    withJsonBlock((block) => {
      const variables = block.object();
      entries.forEach(([name, value], index) => {
        const parameter = placeholders[index];
        const text = parameter === undefined ? undefined : (params.get(parameter) ?? "");
        block.set(
          variables,
          name,
          text === undefined
            ? block.fromPlain(value)
            : block.stringBytes(Buffer.from(text, "latin1")),
        );
      });
      return emitDocument(block, document, variables);
    });
  if (placeholders.some((parameter) => parameter !== undefined)) return compose;

  const fixed = compose(Params.none);
  return () => fixed;
}

/**
 * Compiles a mutation: the client's JSON object gives the variables, configured ones fill the gaps.
 * A body of another kind is a failure with the text of Go's decoder.
 */
export function compileMutation(document: GraphqlDocument): (body: Buffer) => Buffer | Failure {
  const configured = Object.entries(document.variables);
  return (body) =>
    withJsonBlock((block) => {
      const sent = block.scanWhole(body);
      if (typeof sent === "object") return failure("invalid_request", goText(sent.message));
      const kind = block.kind(sent);
      if (kind !== "object" && kind !== "null") {
        return failure("invalid_request", shapeFailure(kind, "object"));
      }
      const variables = block.object();
      for (const [name, value] of configured) block.set(variables, name, block.fromPlain(value));
      for (const { key, value } of block.members(sent)) {
        // KrakenD passes numbers through a float: 1.0 becomes 1.
        const plain = block.toPlain(value, "number");
        if (!isFinitePlain(plain)) return failure("invalid_request", BEYOND_FLOAT);
        block.set(variables, key, block.fromPlain(plain));
      }
      return emitDocument(block, document, variables);
    });
}

const BEYOND_FLOAT = "json: cannot unmarshal number into Go value of type float64";

function isFinitePlain(plain: unknown): boolean {
  if (typeof plain === "number") return Number.isFinite(plain);
  return typeof plain !== "object" || plain === null || Object.values(plain).every(isFinitePlain);
}

/** `Id` for `{id}`; `undefined` for every other value. Braces in the name make a name that no parameter has. */
function parameterOf(value: unknown): string | undefined {
  if (typeof value !== "string" || !value.startsWith("{") || !value.endsWith("}")) return undefined;
  const name = value.slice(1, -1);
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

/** Members in the order in which KrakenD writes them; name and variables only where there are any. */
function emitDocument(
  block: JsonBlock,
  { query, operationName }: GraphqlDocument,
  variables: Value,
): Buffer {
  return block.emit(
    block.orderedObject([
      ["query", block.string(query)],
      ...(operationName === "" ? [] : [["operationName", block.string(operationName)] as const]),
      ...(block.isEmpty(variables) ? [] : [["variables", variables] as const]),
    ]),
  );
}

/** Go's decoder of whole texts has its own words where the text ends too early. */
function goText(message: string): string {
  return message === "EOF" || message === "unexpected EOF"
    ? "unexpected end of JSON input"
    : message;
}
