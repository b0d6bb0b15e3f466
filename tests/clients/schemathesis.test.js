// Every operation of the OpenAPI document, with requests that fit it and requests that do not.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { root, serveSample } from "./server.js";

const here = join(root, "tests", "clients", "schemathesis");
const program = join(root, "target", "schemathesis", "bin", "schemathesis");

test("schemathesis finds no server error and nothing that the document does not say", async () => {
  const server = await serveSample();
  // It leaves what it learnt where it runs.
  const folder = mkdtempSync(join(tmpdir(), "schemathesis-"));
  try {
    const ran = spawnSync(program, ["--config-file", join(here, "schemathesis.toml"), "run", `${server.address}/openapi.json`], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, SCHEMATHESIS_HOOKS: "hooks", PYTHONPATH: here, PYTHONDONTWRITEBYTECODE: "1" },
      maxBuffer: 1 << 26,
    });
    assert.equal(ran.error, undefined);
    assert.equal(ran.status, 0, ran.stdout + ran.stderr);
    const [, selected, all] = ran.stdout.match(/Selected: (\d+)\/(\d+)/) ?? assert.fail(ran.stdout);
    assert.equal(selected, all);
    const [, tested] = ran.stdout.match(/Tested: (\d+)/) ?? assert.fail(ran.stdout);
    assert.equal(tested, all, ran.stdout);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
});
