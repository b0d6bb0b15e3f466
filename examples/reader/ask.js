// GraphQL over HTTP: https://graphql.github.io/graphql-over-http/draft/

import { api } from "./address.js";

/** Sends a query and returns its data. Throws an error with the server's messages if the response has errors. */
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
    throw new Error(`The server answered with status ${response.status} and without JSON.`);
  });
  if (answer.errors) {
    const error = new Error(answer.errors.map(({ message }) => message).join("; "));
    error.code = answer.errors[0].extensions?.code;
    throw error;
  }
  return answer.data;
}
