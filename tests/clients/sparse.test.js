// Responses with `fields` have the named properties and `id`, each as documented, and no others.
//
// The OpenAPI document describes only whole responses, so this test derives the schemas of sparse responses.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

import { root, serveSample } from "./server.js";

const openapi = JSON.parse(readFileSync(join(root, "openapi/openapi.json"), "utf8"));
const named = (reference) => reference.split("/").at(-1);

/** Returns the schema without required properties, and with no additional ones allowed. */
function sparse(schema) {
  if (Array.isArray(schema)) return schema.map(sparse);
  if (schema === null || typeof schema !== "object") return schema;
  const { required, discriminator, oneOf, ...rest } = schema;
  const loose = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, key === "properties" ? mapped(value) : sparse(value)]));
  // A block without its `type` fits several block types, so `oneOf` becomes `anyOf`.
  if (oneOf) loose.anyOf = oneOf.map(sparse);
  if (loose.properties) loose.additionalProperties = false;
  return loose;
}

const mapped = (schemas) => Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, sparse(schema)]));

const ajv = new Ajv({ strict: false, validateFormats: true });
addFormats(ajv);
for (const format of ["int32", "int64", "double"]) ajv.addFormat(format, true);
ajv.addSchema({ $id: "sparse", components: { schemas: mapped(openapi.components.schemas) } });

/** Returns the properties of a schema, following references, lists and alternatives. */
function properties(schema) {
  if (schema.$ref) return properties(openapi.components.schemas[named(schema.$ref)]);
  if (schema.items) return properties(schema.items);
  const others = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].map(properties);
  return Object.assign({}, ...others, schema.properties);
}

/** Values of path parameters: slugs that exist in the sample. */
const SAMPLE = {
  "{article}": "the-night-of-odalys",
  "{tag}": "storm-odalys",
  "{section}": "world",
  "{author}": "",
  "{collection}": "front",
};

const operations = Object.entries(openapi.paths)
  .filter(([, item]) => item.get?.parameters?.some((one) => one.name === "fields"))
  .map(([path, { get }]) => ({ path, schema: get.responses[200].content["application/json"].schema }));

let server;
before(async () => {
  server = await serveSample();
  const authors = await (await fetch(`${server.address}/v1/authors?limit=1`)).json();
  SAMPLE["{author}"] = authors.data[0].slug;
});
after(() => server.stop());

test("every operation with `fields` has one named response schema", () => {
  assert.equal(operations.length, 13);
  for (const { path, schema } of operations) assert.deepEqual(Object.keys(schema), ["$ref"], path);
  assert.deepEqual(Object.keys(openapi.components.schemas).filter((name) => name.startsWith("Sparse")), []);
});

for (const { path, schema } of operations) {
  test(`GET ${path} has only the named fields`, async () => {
    const address = path.replace(/\{\w+\}/, (parameter) => SAMPLE[parameter]);
    const fits = ajv.getSchema(`sparse#/components/schemas/${named(schema.$ref)}`);
    const list = properties(schema).data;
    const shown = properties(list ?? schema);
    const paths = Object.entries(shown).flatMap(([name, one]) => [name, ...Object.keys(properties(one)).map((inner) => `${name}.${inner}`)]);
    assert.ok(paths.length > 1);
    const include = path === "/v1/articles/{article}" ? "&include=blocks,text,related,latest,comments" : "";
    for (const field of paths) {
      const answer = await fetch(`${server.address}${address}?fields=${field}${include}`);
      assert.equal(answer.status, 200, field);
      const body = await answer.json();
      assert.ok(fits(body), `${field}: ${ajv.errorsText(fits.errors)}`);
      const [outer, inner] = field.split(".");
      for (const one of list ? body.data : [body]) {
        assert.deepEqual(Object.keys(one).filter((key) => key !== "id" && key !== outer), [], field);
        const held = [one[outer]].flat().filter((value) => value !== null && typeof value === "object");
        if (inner) for (const value of held) assert.deepEqual(Object.keys(value).filter((key) => key !== "id" && key !== inner), [], field);
      }
    }
    const both = await (await fetch(`${server.address}${address}?fields=${paths[0]},${paths.at(-1)}`)).json();
    assert.ok(fits(both), ajv.errorsText(fits.errors));
  });
}

test("the derived schema rejects a wrong response", () => {
  const fits = ajv.getSchema("sparse#/components/schemas/ArticleCard");
  assert.ok(fits({ headline: "H" }));
  assert.ok(!fits({ headline: 1 }));
  assert.ok(!fits({ title: "H" }));
});
