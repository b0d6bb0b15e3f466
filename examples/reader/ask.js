// GraphQL over HTTP: https://graphql.github.io/graphql-over-http/draft/

import { api } from "./address.js";

/** Asks one query; fails with the server's own words. */
export async function ask(query, variables = {}) {
  const response = await fetch(api, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json" },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json();
  if (answer.errors) throw new Error(answer.errors.map((error) => error.message).join("; "));
  return answer.data;
}
