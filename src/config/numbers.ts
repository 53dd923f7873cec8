import type { ConfigNode } from "./node.ts";
import type { Report } from "./report.ts";

/**
 * Refuses infinities and what is not a number, wherever they stand: Go reads no such number from
 * JSON, and the model, which passes between threads as JSON, cannot hold it.
 */
export function checkNumbers(root: ConfigNode, report: Report): void {
  const path: (string | number)[] = [];
  visit(root);

  function visit(node: ConfigNode): void {
    if (node.kind === "object") {
      for (const member of node.members) enter(member.key, member.node);
    } else if (node.kind === "list") {
      for (const [index, item] of node.items.entries()) enter(index, item);
    } else if (typeof node.value === "number" && !Number.isFinite(node.value)) {
      report.error([...path], "is beyond the range of numbers", {
        expected: "a number between -1.8e308 and 1.8e308",
      });
    }
  }

  function enter(step: string | number, node: ConfigNode): void {
    path.push(step);
    visit(node);
    path.pop();
  }
}
