// Signs in to a server and writes articles, for tests that need data.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

import { program } from "./server.js";

const PASSWORD = "a long enough password";

/** Creates an account, signs in with it, and returns functions that send requests as this account. */
export async function signIn(server, role) {
  const email = `${role}@example.com`;
  const command = ["user", "add", email, "--role", role, "--password-stdin", "--data-dir", server.folder];
  const child = spawn(program, command, { stdio: ["pipe", "ignore", "pipe"] });
  child.stdin.end(`${PASSWORD}\n`);
  // Not `spawnSync`: while it blocks, nobody notices that the server closes idle connections, and `fetch` fails on one.
  const [[status], errors] = await Promise.all([once(child, "close"), text(child.stderr)]);
  assert.equal(status, 0, errors);

  async function send(method, path, body, headers = {}) {
    const response = await fetch(server.address + path, {
      method,
      headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const received = await response.text();
    return { status: response.status, body: received === "" ? null : JSON.parse(received), etag: response.headers.get("etag") };
  }
  const { body: tokens } = await send("POST", "/v1/auth/login", { email, password: PASSWORD });
  const bearer = { Authorization: `Bearer ${tokens.accessToken}` };
  const signed = (method, path, body, headers = {}) => send(method, path, body, { ...bearer, ...headers });

  /** Creates and publishes an article. Returns it as readers see it. */
  async function publish(article) {
    const made = await signed("POST", "/v1/articles", article);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const published = await signed("POST", `/v1/articles/${made.body.id}/publish`, {}, { "If-Match": made.etag });
    assert.equal(published.status, 200, JSON.stringify(published.body));
    return (await send("GET", `/v1/articles/${made.body.id}?include=blocks`)).body;
  }
  return { send: signed, publish, accessToken: tokens.accessToken };
}
