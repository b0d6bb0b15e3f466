// GraphQL clients: code generators on the committed schema, and client caches that page through a connection
// of the real server in both directions.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { ApolloClient, HttpLink, InMemoryCache } from "@apollo/client/core";
import { relayStylePagination } from "@apollo/client/utilities";
import { Client, fetchExchange } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { parse } from "graphql";

import { root, serveSample } from "./server.js";

const here = import.meta.dirname;
const schema = join(root, "schema.graphql");
const latest = parse(readFileSync(join(here, "operations/paging.graphql"), "utf8"));

function run(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: "utf8", cwd: here, ...options });
  assert.equal(done.status, 0, `${command} ${args.join(" ")}\n${done.stdout}${done.stderr}`);
}

function fresh(name) {
  const folder = join(here, "generated", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

test("relay-compiler compiles a refetchable connection", () => {
  const folder = fresh("relay");
  writeFileSync(
    join(folder, "Articles.js"),
    `import { graphql } from "react-relay";
export const fragment = graphql\`
  fragment Articles_tag on Tag
  @refetchable(queryName: "ArticlesPaginationQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" }) {
    articles(first: $count, after: $cursor) @connection(key: "Articles_articles") {
      edges { node { id headline } }
    }
  }
\`;
export const query = graphql\`
  query ArticlesQuery($slug: String!) { tag(slug: $slug) { name ...Articles_tag } }
\`;
`,
  );
  writeFileSync(
    join(folder, "relay.config.json"),
    JSON.stringify({ src: ".", schema, language: "javascript", eagerEsModules: true }),
  );
  run("npx", ["relay-compiler", join(folder, "relay.config.json")]);
  const made = readFileSync(join(folder, "__generated__/ArticlesPaginationQuery.graphql.js"), "utf8");
  assert.match(made, /node\(id: \$id\)/);
});

test("graphql-codegen generates types that compile", () => {
  const folder = fresh("codegen");
  writeFileSync(
    join(folder, "codegen.json"),
    JSON.stringify({
      schema,
      documents: join(here, "operations/*.graphql"),
      generates: { [join(folder, "types.ts")]: { plugins: ["typescript-operations"] } },
    }),
  );
  run("npx", ["graphql-codegen", "--config", join(folder, "codegen.json")]);
  run("npx", ["tsc", "--noEmit", "--strict", "--skipLibCheck", join(folder, "types.ts")]);
  assert.match(readFileSync(join(folder, "types.ts"), "utf8"), /export type ArticlePageQuery\b/);
});

let server;
before(async () => { server = await serveSample(); });
after(() => server.stop());

/** Returns the ids of all articles, read with one request. */
async function everything() {
  const answer = await fetch(`${server.address}/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ query: "{ articles(first: 100) { nodes { id } } }" }),
  });
  const body = await answer.json();
  return body.data.articles.nodes.map((node) => node.id);
}

function check(edges, expected) {
  const ids = edges.map((edge) => edge.node.id);
  assert.deepEqual(ids, expected);
}

test("Apollo Client pages in both directions through its cache", async () => {
  const client = new ApolloClient({
    link: new HttpLink({ uri: `${server.address}/graphql` }),
    cache: new InMemoryCache({ typePolicies: { Query: { fields: { articles: relayStylePagination() } } } }),
  });
  const all = await everything();
  await client.query({ query: latest, variables: { first: 10 } });
  // The list that the cache has merged from the pages so far.
  const kept = () => client.readQuery({ query: latest, variables: { first: 10 } });
  let data = kept();
  for (let page = 1; page < all.length && data.articles.pageInfo.hasNextPage; page++) {
    await client.query({ query: latest, variables: { first: 10, after: data.articles.pageInfo.endCursor }, fetchPolicy: "network-only" });
    data = kept();
  }
  check(data.articles.edges, all);
  assert.equal(Object.keys(client.cache.extract()).filter((key) => key.startsWith("Article:")).length, all.length);

  let before = await client.query({ query: latest, variables: { last: 10 }, fetchPolicy: "no-cache" });
  const backwards = [...before.data.articles.edges];
  for (let page = 1; page < all.length && before.data.articles.pageInfo.hasPreviousPage; page++) {
    const variables = { last: 10, before: before.data.articles.pageInfo.startCursor };
    before = await client.query({ query: latest, variables, fetchPolicy: "no-cache" });
    backwards.unshift(...before.data.articles.edges);
  }
  check(backwards, all);
});

for (const useGETForHashedQueries of [true, false]) {
  test(`Apollo's persisted queries by ${useGETForHashedQueries ? "GET" : "POST"} fall back to full queries`, async () => {
    const asked = [];
    const http = new HttpLink({
      uri: `${server.address}/graphql`,
      fetch: (address, options) => {
        const sent = options.method === "GET" ? new URL(address).searchParams.has("query") : "query" in JSON.parse(options.body);
        asked.push([options.method, sent]);
        return fetch(address, options);
      },
    });
    const link = new PersistedQueryLink({
      sha256: (text) => createHash("sha256").update(text).digest("hex"),
      useGETForHashedQueries,
    }).concat(http);
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    const all = await everything();
    for (const first of [2, 3]) {
      const { data } = await client.query({ query: latest, variables: { first } });
      check(data.articles.edges, all.slice(0, first));
    }
    // Told once that there are none, it asks for no persisted query again.
    const hashed = useGETForHashedQueries ? "GET" : "POST";
    assert.deepEqual(asked, [[hashed, false], ["POST", true], ["POST", true]]);
  });
}

for (const [way, size, cursor, more, end] of [
  ["forwards", "first", "after", "hasNextPage", "endCursor"],
  ["backwards", "last", "before", "hasPreviousPage", "startCursor"],
]) {
  test(`urql pages ${way} through its normalised cache`, async () => {
    const client = new Client({
      url: `${server.address}/graphql`,
      preferGetMethod: false,
      exchanges: [
        cacheExchange({ resolvers: { Query: { articles: relayPagination() } } }),
        fetchExchange,
      ],
    });
    let result = await client.query(latest, { [size]: 10 }).toPromise();
    for (let page = 1; page < 100 && result.data.articles.pageInfo[more]; page++) {
      const variables = { [size]: 10, [cursor]: result.data.articles.pageInfo[end] };
      result = await client.query(latest, variables).toPromise();
      assert.equal(result.error, undefined);
    }
    check(result.data.articles.edges, await everything());
  });
}
