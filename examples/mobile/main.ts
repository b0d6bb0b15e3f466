// What a mobile client does with Broadsheet's REST API: a list with the fields that it shows, kept
// with its validator, asked for again without a body, and read on to the next page.
//
//     npx openapi-typescript http://127.0.0.1:8080/openapi.json -o broadsheet.d.ts
//     npx tsc && node main.js http://127.0.0.1:8080

import type { components, operations } from "./broadsheet.js";

type List = operations["list_articles"]["responses"][200]["content"]["application/json"];
type Query = NonNullable<operations["list_articles"]["parameters"]["query"]>;
type Article = operations["get_article"]["responses"][200]["content"]["application/json"];
type Problem = components["schemas"]["ProblemDocument"];

interface Kept<T> {
  etag: string | null;
  value: T;
}

const base = process.argv[2] ?? "http://127.0.0.1:8080";
const kept = new Map<string, Kept<unknown>>();

/** Gets a thing; what is kept already is not sent again. */
async function get<T>(path: string, read: (body: unknown) => T): Promise<{ value: T; status: number; encoding: string | null }> {
  const headers = new Headers({ "Accept-Encoding": "br, gzip" });
  const before = kept.get(path);
  if (before?.etag) headers.set("If-None-Match", before.etag);
  const response = await fetch(base + path, { headers });
  const encoding = response.headers.get("Content-Encoding");
  if (response.status === 304 && before) return { value: read(before.value), status: 304, encoding };
  const body: unknown = await response.json();
  if (!response.ok) {
    const problem = asProblem(body);
    throw new Error(`${problem.code}: ${problem.detail}`);
  }
  kept.set(path, { etag: response.headers.get("ETag"), value: body });
  return { value: read(body), status: response.status, encoding };
}

function isObject(body: unknown): body is object {
  return typeof body === "object" && body !== null;
}

function isList(body: unknown): body is List {
  return isObject(body) && "data" in body && "page" in body;
}

function isArticle(body: unknown): body is Article {
  return isObject(body) && "headline" in body && "body" in body;
}

function asList(body: unknown): List {
  if (!isList(body)) throw new Error("not a list of articles");
  return body;
}

function asArticle(body: unknown): Article {
  if (!isArticle(body)) throw new Error("not an article");
  return body;
}

function asProblem(body: unknown): Problem {
  const isProblem = (body: unknown): body is Problem => isObject(body) && "code" in body;
  if (!isProblem(body)) throw new Error("an answer that is neither what was asked for nor a problem");
  return body;
}

function address(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
  return `/v1/articles?${parameters}`;
}

const first: Query = { limit: 3, fields: "headline,slug,publishedAt,authors.name" };
const list = await get(address(first), asList);
for (const article of list.value.data) {
  console.log(`${article.headline} · ${article.authors?.map((author) => author.name).join(", ")}`);
}
console.log(`compressed: ${list.encoding}`);

const again = await get(address(first), asList);
console.log(`asked again: ${again.status}`);

if (list.value.page.next) {
  const next = await get(address({ ...first, after: list.value.page.next }), asList);
  console.log(`next page: ${next.value.data.map((article) => article.slug).join(" ")}`);
}

const slug = list.value.data[0]?.slug;
if (slug) {
  const article = await get(`/v1/articles/${slug}?include=related,comments`, asArticle);
  console.log(`${article.value.body?.readingMinutes} minutes to read, ${article.value.related?.length} related`);
}
