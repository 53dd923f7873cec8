import { expect, test } from "bun:test";
import { isFailure } from "../../errors.ts";
import { Params } from "../../lib/params.ts";
import { compileMutation, compileQuery } from "./request-document.ts";

const query = "{ a }";

test.each([
  ["a placeholder takes the parameter", "{id}", '"7"'],
  ["a missing parameter is an empty text", "{nope}", '""'],
  ["text around a placeholder makes it text", "x{id}", '"x{id}"'],
  ["blanks around a placeholder make it text", " {id}", '" {id}"'],
  ["two placeholders are none", "{id}{id}", '""'],
  ["one in a list is text", ["{id}"], '["{id}"]'],
  ["one in an object is text", { a: "{id}" }, '{"a":"{id}"}'],
  ["numbers lose what a float has not", 1.0, "1"],
  ["markup is escaped", "<b>&", '"\\u003cb\\u003e\\u0026"'],
])("%s", (_name, value, written) => {
  const compose = compileQuery({ query, operationName: "", variables: { v: value } });

  const body = compose(new Params(["Id"], ["7"])).toString();

  expect(body).toBe(`{"query":"{ a }","variables":{"v":${written}}}`);
});

test("a parameter's bytes arrive as the text that they are", () => {
  const compose = compileQuery({ query, operationName: "", variables: { v: "{id}" } });

  const body = compose(new Params(["Id"], [Buffer.from('é"').toString("latin1")])).toString();

  expect(body).toBe('{"query":"{ a }","variables":{"v":"é\\""}}');
});

test("name and variables stand there only where there are any, and variables are sorted", () => {
  const variables = { z: 1, a: { y: 1, b: 2 }, __proto__: 3 };
  const bare = compileQuery({ query, operationName: "", variables: {} });
  const whole = compileQuery({ query, operationName: "A", variables });

  expect(bare(Params.none).toString()).toBe('{"query":"{ a }"}');
  expect(whole(Params.none).toString()).toBe(
    '{"query":"{ a }","operationName":"A","variables":{"a":{"b":2,"y":1},"z":1}}',
  );
});

test("a mutation takes the client's variables, and the configured ones fill the gaps", () => {
  const variables = { stars: 5, author: "{id}" };
  const compose = compileMutation({ query, operationName: "", variables });

  const body = compose(Buffer.from('{"stars":null,"__proto__":1.0,"big":9007199254740993}'));

  expect(body.toString()).toBe(
    '{"query":"{ a }","variables":{"__proto__":1,"author":"{id}","big":9007199254740992,"stars":null}}',
  );
});

test.each([
  ["", "unexpected end of JSON input"],
  ['{"a":', "unexpected end of JSON input"],
  ["[1]", "json: cannot unmarshal array into Go value of type map[string]interface {}"],
  ["not", "invalid character 'o' in literal null (expecting 'u')"],
  ["{} x", "invalid character 'x' after top-level value"],
  ['{"a":{"b":[1e400]}}', "json: cannot unmarshal number into Go value of type float64"],
])("a mutation's body %p is refused", (body, message) => {
  const compose = compileMutation({ query, operationName: "", variables: {} });

  const refused = compose(Buffer.from(body));

  expect(isFailure(refused) && refused.message).toBe(message);
});
