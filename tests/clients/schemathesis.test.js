// Runs schemathesis: sends generated valid and invalid requests to every operation of the OpenAPI document.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { program as broadsheet, root, serveSample } from "./server.js";

const here = join(root, "tests", "clients", "schemathesis");
const program = join(root, "target", "schemathesis", "bin", "schemathesis");

/** Runs schemathesis against a server and returns its output. */
function ask(server, args) {
  // schemathesis writes files into the current folder.
  const folder = mkdtempSync(join(tmpdir(), "schemathesis-"));
  try {
    const ran = spawnSync(
      program,
      ["--config-file", join(here, "schemathesis.toml"), "run", `${server.address}/openapi.json`, ...args],
      {
        cwd: folder,
        encoding: "utf8",
        env: { ...process.env, SCHEMATHESIS_HOOKS: "hooks", PYTHONPATH: here, PYTHONDONTWRITEBYTECODE: "1" },
        maxBuffer: 1 << 26,
      },
    );
    assert.equal(ran.error, undefined);
    assert.equal(ran.status, 0, ran.stdout + ran.stderr);
    return ran.stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("schemathesis finds no server error and no undocumented response", async () => {
  const server = await serveSample();
  try {
    const said = ask(server, []);
    const [, selected, all] = said.match(/Selected: (\d+)\/(\d+)/) ?? assert.fail(said);
    assert.equal(selected, all);
    const [, tested] = said.match(/Tested: (\d+)/) ?? assert.fail(said);
    assert.equal(tested, all, said);
  } finally {
    await server.stop();
  }
});

test("schemathesis finds none as an administrator either", async () => {
  const server = await serveSample();
  const command = (args) => {
    const ran = spawnSync(broadsheet, [...args, "--data-dir", server.folder], { encoding: "utf8" });
    assert.equal(ran.status, 0, ran.stderr);
    return ran.stdout;
  };
  try {
    command(["user", "add", "admin@example.com", "--role", "admin"]);
    const scopes = "articles:read,articles:write,articles:publish,articles:place,articles:purge,drafts:read,users:manage,changes:read,terms:write,collections:write,site:write";
    const key = command(["key", "add", "admin@example.com", "--name", "tests", "--scopes", scopes]).trim().split("\n").at(-1);
    ask(server, ["--include-tag", "accounts", "--include-tag", "writing", "--include-tag", "terms", "--include-tag", "site", "--header", `Authorization: Bearer ${key}`]);
  } finally {
    await server.stop();
  }
});
