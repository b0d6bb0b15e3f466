// Finds changes between two OpenAPI documents that break clients, with api-smart-diff. Each change is listed
// once, by the schema that it is in: a field removed from `Tag` is one change, not one for each response that
// contains a tag.

import { createRequire } from "node:module";

const { apiCompare } = createRequire(import.meta.url)("api-smart-diff");

/** Returns the breaking changes, such as `Tag/properties/name remove`, in alphabetical order. */
export function breaks(before, after) {
  const found = apiCompare(before, after).diffs.filter(isBreaking);
  return [...new Set(found.map((change) => `${place(change, before, after)} ${change.action}`))].sort();
}

// The library does not count a changed type or format in a response, nor the removal of an optional field, as
// breaking.
function isBreaking({ type, action, path }) {
  // No client uses a schema that no path refers to.
  if (path[0] !== "paths") return false;
  const [outer, last] = path.filter((step) => typeof step !== "number").slice(-2);
  if (outer === "properties") return type === "breaking" || action === "remove";
  return type === "breaking" || (path.includes("responses") && action !== "add" && ["type", "format", "const"].includes(last));
}

/** Returns the path of a change, from the innermost named schema or from the root. */
function place({ action, path }, before, after) {
  const document = action === "add" ? after : before;
  let node = document;
  let way = [];
  for (const step of path) {
    // The library inserts `allOf` between a reference and its target.
    if (node?.[step] === undefined && (step === "allOf" || typeof step === "number")) continue;
    node = node?.[step];
    way.push(typeof step === "number" ? (node.name ?? node) : step);
    while (node?.$ref) {
      const steps = node.$ref.slice(2).split("/");
      way = steps.slice(-1);
      node = steps.reduce((inner, name) => inner[name], document);
    }
  }
  return way.join("/");
}
