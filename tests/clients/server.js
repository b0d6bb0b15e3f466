// A server with the sample newsroom, on SQLite, for as long as a test runs.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** The program, as the tests of the workspace build it. */
export const program =
  process.env.BROADSHEET ?? join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug", "broadsheet");

/** Starts a server; its `address` has no slash at the end, its data are in `folder`, and `stop()` ends it. */
export async function serveSample() {
  const folder = mkdtempSync(join(tmpdir(), "broadsheet-"));
  const filled = spawnSync(program, ["sample", "--data-dir", folder], { encoding: "utf8" });
  if (filled.status !== 0) throw new Error(`sample: ${filled.error ?? filled.stderr}`);
  const child = spawn(program, ["serve", "--data-dir", folder, "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "inherit"],
    // Without a line for each request.
    env: { RUST_LOG: "warn,actix_http=off", ...process.env },
  });
  // The first line says which port was taken.
  let said = "";
  for await (const chunk of child.stdout) {
    said += chunk;
    if (said.includes("\n")) break;
  }
  const address = said.split("\n")[0].match(/http:\/\/\S+/)[0];
  return {
    address,
    folder,
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
