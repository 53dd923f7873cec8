import { expect, test } from "bun:test";
import {
  isComputedPlaceholder,
  parameterKey,
  pathPlaceholders,
  patternPlaceholders,
  toRoute,
  toTemplate,
} from "./placeholders.ts";

test.each([
  ["/shop/{shop}/item/{sku}", ["shop", "sku"], "/shop/:shop/item/:sku"],
  ["/file.{ext}", [], "/file.{ext}"],
  ["/{a}{b}", ["a"], "/:a{b}"],
  ["/{doc}.html", ["doc"], "/:doc.html"],
  ["/{a}/x{a}", ["a"], "/:a/x:a"],
  ["/{x.y}", [], "/{x.y}"],
  ["/{a}?q={a}", ["a"], "/:a?q={a}"],
])("turns the path %s into a route", (path, names, route) => {
  const found = pathPlaceholders(path, false);

  expect(found).toEqual(names);
  expect(toRoute(path, found)).toBe(route);
});

test("finds placeholders anywhere when REST paths are not demanded", () => {
  const names = pathPlaceholders("/rev{no}/{x.y}", true);

  expect(names).toEqual(["no", "x.y"]);
  expect(toRoute("/rev{no}/{x.y}", names)).toBe("/rev:no/:x.y");
});

test.each([
  ["/v2/{sku}?s={shop}&s2={shop}", ["shop", "sku"], "/v2/{{.Sku}}?s={{.Shop}}&s2={{.Shop}}"],
  ["/{resp0_x.y}/{JWT.sub}", ["JWT.sub", "resp0_x.y"], "/{{.Resp0_x.y}}/{{.JWT.sub}}"],
  ["/{a b}/{}", [], "/{a b}/{}"],
])("turns the pattern %s into a template", (pattern, names, template) => {
  const found = patternPlaceholders(pattern);

  expect(found).toEqual(names);
  expect(toTemplate(pattern, found)).toBe(template);
});

test.each([
  ["id", "Id"],
  ["user_id", "User_id"],
  ["JWT.sub", "JWT.sub"],
  ["_x", "_x"],
])("keeps the value of %s under %s", (name, key) => {
  expect(parameterKey(name)).toBe(key);
});

test.each([
  ["resp0_a.b", true],
  ["resp12_x", true],
  ["JWT.sub", true],
  ["JWT.a/b:c", true],
  ["resp0", false],
  ["resp0_", false],
  ["JWT.", false],
  ["id", false],
  ["xresp0_a", false],
])("tells whether %s is computed", (name, isComputed) => {
  expect(isComputedPlaceholder(name)).toBe(isComputed);
});
