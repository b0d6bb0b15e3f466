// The OpenAPI document: checked by a linter, and used to generate a TypeScript client.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { root, serveSample } from "./server.js";

const here = import.meta.dirname;

function run(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: "utf8", cwd: here, ...options });
  assert.equal(done.status, 0, `${command} ${args.join(" ")}\n${done.stdout}${done.stderr}`);
  return done.stdout;
}

test("redocly finds no error", () => {
  run("npx", ["redocly", "lint", join(root, "openapi/openapi.json"), "--config", join(root, "openapi/redocly.yaml")], {
    env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
  });
});

let server;
before(async () => { server = await serveSample(); });
after(() => server.stop());

test("the example mobile client compiles with the generated types and reads the sample", () => {
  const folder = join(here, "generated", "mobile");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(here, "node_modules"), join(folder, "node_modules"));
  for (const file of ["main.ts", "tsconfig.json", "package.json"]) {
    copyFileSync(join(root, "examples/mobile", file), join(folder, file));
  }
  run("npx", ["openapi-typescript", join(root, "openapi/openapi.json"), "-o", join(folder, "broadsheet.d.ts")]);
  run("npx", ["tsc", "--project", folder]);
  const said = run("node", [join(folder, "main.js"), server.address]).trim().split("\n");
  assert.equal(said.length, 10);
  assert.match(said[0], / · \w/);
  assert.match(said[3], /^compressed: (br|gzip)$/);
  assert.equal(said[4], "asked again: kept");
  assert.match(said[5], /^next page: \S+ \S+ \S+$/);
  assert.match(said[6], /^\d+ minutes to read, [1-6] related$/);
  assert.match(said[7], /^\d+ blocks: ([a-z]+ ?)+$/);
  assert.match(said[8], /^first: ./);
  assert.equal(said[9], "a problem: 404 article.not_found");
});
