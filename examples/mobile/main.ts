// A mobile client of Broadsheet's REST API, with types generated from its OpenAPI document. It shows:
// - a list with only the fields that it needs
// - a repeated request that sends the ETag of the first response
// - the next page of the list
// - an article with its blocks
// - a problem document
//
//     npx openapi-typescript http://127.0.0.1:8080/openapi.json -o broadsheet.d.ts
//     npx tsc && node main.js http://127.0.0.1:8080

import createClient, { type Middleware } from "openapi-fetch";

import type { components, paths } from "./broadsheet.js";

type Card = components["schemas"]["ArticleCard"];
type Block = components["schemas"]["Block"];
type Problem = components["schemas"]["ProblemDocument"];

/** The properties of a card that `fields` selects. The generated type describes a whole card. */
type Teaser = Pick<Card, "id" | "headline" | "slug" | "publishedAt"> & { authors: { name: string }[] };
const TEASER = "headline,slug,publishedAt,authors.name";

interface Kept {
  etag: string;
  body: string;
}

const kept = new Map<string, Kept>();

/** Caches responses: sends the ETag of a cached response, and returns that response if the server answers 304. */
const validators: Middleware = {
  onRequest({ request }) {
    const before = kept.get(request.url);
    if (before) request.headers.set("If-None-Match", before.etag);
    return request;
  },
  async onResponse({ request, response }) {
    const before = kept.get(request.url);
    if (response.status === 304 && before) {
      const headers = { "Content-Type": "application/json", "X-From": "kept" };
      return new Response(before.body, { status: 200, headers });
    }
    const etag = response.headers.get("ETag");
    if (response.ok && etag) kept.set(request.url, { etag, body: await response.clone().text() });
    return response;
  },
};

const client = createClient<paths>({
  baseUrl: process.argv[2] ?? "http://127.0.0.1:8080",
  headers: { "Accept-Encoding": "br, gzip" },
});
client.use(validators);

function fail(problem: Problem): never {
  throw new Error(`${problem.code}: ${problem.detail}`);
}

async function teasers(after?: string) {
  const query = { limit: 3, fields: TEASER, ...(after === undefined ? {} : { after }) };
  const { data: list, error, response } = await client.GET("/v1/articles", { params: { query } });
  if (error) fail(error);
  const items: Teaser[] = list.data;
  return { items, page: list.page, response };
}

/** Renders a block as text. `block.type` tells the compiler which properties the block has. */
function draw(block: Block): string {
  switch (block.type) {
    case "heading":
      return `${"#".repeat(block.level)} ${block.text}`;
    case "image":
      return `[${block.image.alt ?? block.image.url}]`;
    case "list":
      return `${block.items.length} items`;
    default:
      return block.html;
  }
}

const first = await teasers();
for (const { headline, authors } of first.items) {
  console.log(`${headline} · ${authors.map((author) => author.name).join(", ")}`);
}
console.log(`compressed: ${first.response.headers.get("Content-Encoding")}`);

const again = await teasers();
console.log(`asked again: ${again.response.headers.get("X-From")}`);

if (first.page.next) {
  const next = await teasers(first.page.next);
  console.log(`next page: ${next.items.map((article) => article.slug).join(" ")}`);
}

for (const { slug } of first.items.slice(0, 1)) {
  const { data: article, error } = await client.GET("/v1/articles/{article}", {
    params: { path: { article: slug }, query: { include: "blocks,related" } },
  });
  if (error) fail(error);
  console.log(`${article.body.readingMinutes} minutes to read, ${article.related?.length} related`);
  const blocks = article.body.blocks ?? [];
  console.log(`${blocks.length} blocks: ${blocks.map((block) => block.type).join(" ")}`);
  console.log(`first: ${draw(blocks[0] ?? { type: "divider", html: "<hr>" })}`);
}

const { error } = await client.GET("/v1/articles/{article}", { params: { path: { article: "no-such-article" } } });
console.log(`a problem: ${error?.status} ${error?.code}`);
