// Client generators on the OpenAPI document: they report no warning, they generate the named types, and the
// generated Python clients read from the real server. openapi.test.js does the same for TypeScript.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { after, before, test } from "node:test";

import { root, serveSample } from "./server.js";

const here = import.meta.dirname;
const document = join(root, "openapi/openapi.json");
const bin = join(root, "target", "generators", "bin");
const made = join(here, "generated", "generators");

function run(program, args, env = {}) {
  const path = `${bin}${delimiter}${process.env.PATH}`;
  const done = spawnSync(join(bin, program), args, { encoding: "utf8", env: { ...process.env, PATH: path, ...env }, maxBuffer: 1 << 26 });
  assert.equal(done.status, 0, `${program} ${args.join(" ")}\n${done.error ?? ""}${done.stdout}${done.stderr}`);
  return done.stdout + done.stderr;
}

/** Clients that OpenAPI Generator generates. Query parameters whose names are keywords in a language are renamed. */
const CLIENTS = [
  {
    generatorName: "kotlin",
    additionalProperties: { serializationLibrary: "kotlinx_serialization", generateOneOfAnyOfWrappers: "true" },
  },
  { generatorName: "swift6", modelNameMappings: { type: "TagTypes" } },
  { generatorName: "python", modelNameMappings: { from: "FromRevision" } },
];

/** Warnings that OpenAPI Generator prints for any document. */
const ALWAYS = [
  /OpenAPI 3\.1 support is still in beta/,
  // The Python generator looks up the name of every schema, also of those without a name, such as a number.
  /Failed to get the schema name: null/,
];

/** Returns the contents of all files below a folder, by file name. */
function files(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(entries.map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), "utf8")]));
}

let server;
before(async () => {
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  server = await serveSample();
});
after(() => server.stop());

test("openapi-spec-validator finds no error", () => {
  assert.match(run("openapi-spec-validator", [document]), /: OK$/m);
});

test("OpenAPI Generator generates clients for Kotlin, Swift and Python without warnings about this document", () => {
  const configs = CLIENTS.map((client) => {
    const config = join(made, `${client.generatorName}.json`);
    writeFileSync(config, JSON.stringify({ ...client, inputSpec: document, outputDir: join(made, client.generatorName) }));
    return config;
  });
  const said = run("openapi-generator-cli", ["batch", "--threads", "1", ...configs]);
  const warnings = said.split("\n").filter((line) => /WARN|ERROR|Exception/.test(line));
  assert.deepEqual(warnings.filter((line) => !ALWAYS.some((known) => known.test(line))), []);

  for (const [client, folder] of [["kotlin", "src/main/kotlin/org/openapitools/client/models"], ["swift6", "Sources/OpenAPIClient/Models"], ["python", "openapi_client/models"]]) {
    const names = [...files(join(made, client, folder)).keys()];
    assert.ok(names.length > 80, client);
    const invented = names.filter((name) => /one_?of|any_?of|all_?of|inner|response|inline/i.test(name));
    assert.deepEqual(invented, [], `${client} invents names for schemas without one`);
  }
});

test("required fields are not optional in Kotlin and Swift, and a block is a union of its types", () => {
  const kotlin = files(join(made, "kotlin/src/main/kotlin/org/openapitools/client/models"));
  assert.match(kotlin.get("ArticleCard.kt"), /val headline: kotlin\.String,/);
  assert.match(kotlin.get("ArticleList.kt"), /val `data`: kotlin\.collections\.List<ArticleCard>,/);
  assert.match(kotlin.get("Block.kt"), /sealed interface Block/);
  assert.match(kotlin.get("Block.kt"), /"pullquote" -> \{\s+val decoded = decoder\.json\.decodeFromJsonElement\(PullquoteBlock\.serializer\(\)/);
  const swift = files(join(made, "swift6/Sources/OpenAPIClient/Models"));
  assert.match(swift.get("ArticleCard.swift"), /public var headline: String$/m);
  assert.match(swift.get("ArticleList.swift"), /public var data: \[ArticleCard\]$/m);
  assert.match(swift.get("Block.swift"), /case "pullquote":\s+self = \.typePullquoteBlock\(try PullquoteBlock\(from: decoder\)\)/);
});

test("openapi-python-client generates every operation without a warning", () => {
  const said = run("openapi-python-client", [
    "generate", "--path", document, "--output-path", join(made, "broadsheet_client"), "--meta", "none", "--overwrite", "--fail-on-warning",
  ]);
  assert.doesNotMatch(said, /warning|unable|error/i);
  const { paths } = JSON.parse(readFileSync(document, "utf8"));
  const operations = Object.values(paths).flatMap((item) => Object.values(item).map((operation) => `${operation.operationId}.py`));
  const modules = files(join(made, "broadsheet_client/api"));
  assert.deepEqual(operations.filter((name) => !modules.has(name)), []);
});

test("both Python clients read a list, an article with blocks, and a problem document", async () => {
  const get = async (path) => (await fetch(server.address + path)).json();
  const list = await get("/v1/articles?limit=3");
  const article = await get(`/v1/articles/${list.data[0].slug}?include=blocks,related,comments`);
  const type = (block) => `${block.type[0].toUpperCase()}${block.type.slice(1)}Block`;
  const expected = {
    list: list.data.map((card) => card.headline),
    published: list.data[0].publishedAt.replace("Z", "+00:00"),
    more: list.page.hasNext,
    article: article.headline,
    blocks: article.body.blocks.map((block) => [type(block), block.html]),
    related: article.related.length,
    problem: [404, "article.not_found"],
  };
  const said = run("python", [join(here, "generators/read.py"), server.address], {
    PYTHONPATH: `${join(made, "python")}${delimiter}${made}`,
    PYTHONDONTWRITEBYTECODE: "1",
  });
  const [generator, client] = JSON.parse(said);
  assert.deepEqual(generator, expected);
  assert.deepEqual(client, expected);
});
