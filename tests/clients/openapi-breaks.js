// What in a newer OpenAPI document breaks clients of an older one, as api-smart-diff tells it, each
// break once, by the schema it stands in: a field of `Tag` that is gone is one break, not one for
// each answer that holds a tag.

import { createRequire } from "node:module";

const { apiCompare } = createRequire(import.meta.url)("api-smart-diff");

/** Returns what breaks, such as `Tag/properties/name remove`, in the order of the alphabet. */
export function breaks(before, after) {
  const found = apiCompare(before, after).diffs.filter(isBreaking);
  return [...new Set(found.map((change) => `${place(change, before, after)} ${change.action}`))].sort();
}

// The library takes it for harmless when something in an answer is of another type or written in another
// form, and when a field is gone from where it need not be.
function isBreaking({ type, action, path }) {
  // What no address leads to, no client uses.
  if (path[0] !== "paths") return false;
  const [outer, last] = path.filter((step) => typeof step !== "number").slice(-2);
  if (outer === "properties") return type === "breaking" || action === "remove";
  return type === "breaking" || (path.includes("responses") && action !== "add" && ["type", "format", "const"].includes(last));
}

/** The way to what changed, from the innermost schema with a name, or from the root. */
function place({ action, path }, before, after) {
  const document = action === "add" ? after : before;
  let node = document;
  let way = [];
  for (const step of path) {
    // The library puts `allOf` between a reference and what it leads to.
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
