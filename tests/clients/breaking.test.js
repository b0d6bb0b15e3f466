// A change that breaks clients is named in CHANGELOG.md, or these fail.
//
// What clients rely on now lies in released/; a release copies both documents there.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";

import { breaks } from "./openapi-breaks.js";
import { root } from "./server.js";

const read = (path) => readFileSync(join(root, path), "utf8");
const changelog = read("CHANGELOG.md");

/** What of these breaks is not named, word for word, in the change log. */
function unnamed(breaks) {
  return breaks.filter((one) => !changelog.includes(one));
}

async function graphqlBreaks(before, after) {
  const changes = await diff(buildSchema(before), buildSchema(after));
  return changes.filter((change) => change.criticality.level === CriticalityLevel.Breaking).map((change) => change.path);
}

test("the GraphQL schema breaks nothing that the change log does not name", async () => {
  assert.deepEqual(unnamed(await graphqlBreaks(read("tests/clients/released/schema.graphql"), read("schema.graphql"))), []);
});

test("the OpenAPI document breaks nothing that the change log does not name", () => {
  const before = JSON.parse(read("tests/clients/released/openapi.json"));
  assert.deepEqual(unnamed(breaks(before, JSON.parse(read("openapi/openapi.json")))), []);
});

test("a removed GraphQL field is seen", async () => {
  const found = await graphqlBreaks("type Query { a: Int b: Int }", "type Query { a: Int }");
  assert.deepEqual(found, ["Query.b"]);
});

test("what breaks a client of REST is seen", () => {
  const document = (schema, parameters = []) => ({
    paths: {
      "/a": { get: { operationId: "get_a", parameters, responses: { 200: { content: { "application/json": { schema } } } } } },
    },
  });
  const whole = document({ type: "object", required: ["x"], properties: { x: { type: "string" }, y: { type: "string" } } });
  const poorer = document({ type: "object", properties: { x: { type: "integer" } } }, [{ name: "q", in: "query", required: true }]);
  assert.deepEqual(breaks(whole, poorer), [
    "get_a: parameter q is now required",
    "get_a 200: x is no longer always there",
    "get_a 200: x is integer, was string",
    "get_a 200: y is gone",
  ]);
  assert.deepEqual(breaks(whole, { paths: {} }), ["GET /a is gone"]);
  assert.deepEqual(breaks(whole, whole), []);
});
