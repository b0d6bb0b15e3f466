// Compares both API documents with those of the last release. A change that breaks clients must be named in
// CHANGELOG.md, under a heading "Breaking".
//
// The documents of the last release are in released/. Each release copies the current ones there.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";

import { breaks } from "./openapi-breaks.js";
import { root } from "./server.js";

const read = (path) => readFileSync(join(root, path), "utf8");
/** Returns the text under the headings "Breaking" of the changelog. */
function breakingParts(changelog) {
  return changelog.split(/^(?=#+ )/m).filter((part) => /^#+ Breaking\s*$/m.test(part.split("\n", 1)[0])).join("");
}

/** Returns the breaking changes that are not named, between backticks, under such a heading. */
function unnamed(breaks, changelog = read("CHANGELOG.md")) {
  const named = new Set([...breakingParts(changelog).matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  return breaks.filter((one) => !named.has(one));
}

async function graphqlBreaks(before, after) {
  const changes = await diff(buildSchema(before), buildSchema(after));
  return changes.filter((change) => change.criticality.level === CriticalityLevel.Breaking).map((change) => change.path);
}

test("every breaking change of the GraphQL schema is in the changelog", async () => {
  assert.deepEqual(unnamed(await graphqlBreaks(read("tests/clients/released/schema.graphql"), read("schema.graphql"))), []);
});

test("every breaking change of the OpenAPI document is in the changelog", () => {
  const before = JSON.parse(read("tests/clients/released/openapi.json"));
  assert.deepEqual(unnamed(breaks(before, JSON.parse(read("openapi/openapi.json")))), []);
});

test("a removed GraphQL field is a breaking change", async () => {
  const found = await graphqlBreaks("type Query { a: Int b: Int }", "type Query { a: Int }");
  assert.deepEqual(found, ["Query.b"]);
});

test("a breaking change must be named in full, under a heading \"Breaking\"", () => {
  const log = (heading) => `# Changes\n\n## 2.0\n\n- Better \`Query.a\`.\n\n### ${heading}\n\n- \`Query.b\` is gone.\n\n## 1.0\n\n- \`Query.c\`\n`;
  assert.deepEqual(unnamed(["Query.a", "Query.b", "Query", "Query.c"], log("Breaking")), ["Query.a", "Query", "Query.c"]);
  assert.deepEqual(unnamed(["Query.b"], log("Changed")), ["Query.b"]);
});

const BEFORE = {
  openapi: "3.1.0",
  info: { title: "a", version: "1" },
  paths: {
    "/a": {
      get: {
        operationId: "get_a",
        parameters: [{ name: "q", in: "query", schema: { type: "string" } }],
        responses: { 200: { description: "a", content: { "application/json": { schema: { $ref: "#/components/schemas/A" } } } } },
      },
      post: {
        operationId: "add_a",
        requestBody: { required: true, content: { "application/json": { schema: { $ref: "#/components/schemas/NewA" } } } },
        responses: { 204: { description: "done" } },
      },
    },
  },
  components: {
    schemas: {
      A: { type: "object", required: ["x"], properties: { x: { type: "string" }, y: { type: "string", enum: ["m", "n"] }, z: { type: "string", format: "date-time" }, type: { type: "string" } } },
      NewA: { type: "object", properties: { x: { type: "string" }, y: { type: "string", enum: ["m", "n"] } } },
    },
  },
};

// Name, change to the document, and the breaking change that must be reported for it.
const BREAKS = [
  ["an operation is removed", (now) => delete now.paths["/a"].get, "paths//a/get remove"],
  ["a parameter is removed", (now) => now.paths["/a"].get.parameters.pop(), "paths//a/get/parameters/q remove"],
  ["a parameter becomes required", (now) => (now.paths["/a"].get.parameters[0].required = true), "paths//a/get/parameters/q/required add"],
  ["a parameter accepts fewer values", (now) => (now.paths["/a"].get.parameters[0].schema.pattern = "^b$"), "paths//a/get/parameters/q/schema/pattern add"],
  ["a field is removed", (now) => delete now.components.schemas.A.properties.y, "A/properties/y remove"],
  ["a field becomes optional", (now) => delete now.components.schemas.A.required, "A/required/x remove"],
  ["a field changes its type", (now) => (now.components.schemas.A.properties.x.type = "integer"), "A/properties/x/type replace"],
  ["a field changes its format", (now) => (now.components.schemas.A.properties.z.format = "date"), "A/properties/z/format replace"],
  ["a field becomes nullable", (now) => (now.components.schemas.A.properties.x.type = ["string", "null"]), "A/properties/x/type replace"],
  ["a response has a new enum value", (now) => now.components.schemas.A.properties.y.enum.push("o"), "A/properties/y/enum/o add"],
  ["a request loses an enum value", (now) => now.components.schemas.NewA.properties.y.enum.pop(), "NewA/properties/y/enum/n remove"],
  ["a request field becomes required", (now) => (now.components.schemas.NewA.required = ["x"]), "NewA/required/x add"],
  [
    "a response changes its media type",
    (now) => {
      const answer = now.paths["/a"].get.responses[200];
      answer.content = { "text/plain": answer.content["application/json"] };
    },
    "paths//a/get/responses/200/content/application/json remove",
  ],
];

for (const [what, change, found] of BREAKS) {
  test(`it is a breaking change if ${what}`, () => {
    const now = structuredClone(BEFORE);
    change(now);
    assert.deepEqual(breaks(BEFORE, now), [found]);
  });
}

test("additions are not breaking changes", () => {
  const now = structuredClone(BEFORE);
  now.paths["/a"].get.parameters.push({ name: "r", in: "query", schema: { type: "string" } });
  now.components.schemas.A.properties.w = { type: "string" };
  now.components.schemas.A.properties.type.description = "What it is.";
  now.components.schemas.NewA.properties.y.enum.push("o");
  now.paths["/b"] = structuredClone(now.paths["/a"]);
  assert.deepEqual(breaks(BEFORE, now), []);
});
