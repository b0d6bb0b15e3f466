// GraphQL over HTTP: https://graphql.github.io/graphql-over-http/draft/

import { api } from "./address.js";

/** Asks one query; fails with the server's own words. */
export async function ask(query, variables = {}) {
  const asked = fetch(api, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/graphql-response+json" },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(20_000),
  });
  const response = await asked.catch(() => {
    throw new Error("The server cannot be reached.");
  });
  const answer = await response.json().catch(() => {
    throw new Error(`The server answered with ${response.status}, and with no answer to the question.`);
  });
  if (answer.errors) {
    const error = new Error(answer.errors.map(({ message }) => message).join("; "));
    error.code = answer.errors[0].extensions?.code;
    throw error;
  }
  return answer.data;
}
