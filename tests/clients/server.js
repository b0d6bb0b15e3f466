// Starts a server with the sample newsroom on SQLite, for one test file.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** The path of the program, built by `cargo build`. Set BROADSHEET to use another one. */
export const program =
  process.env.BROADSHEET ?? join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug", "broadsheet");

/**
 * Starts a server. Returns `address`, its base URL without a slash at the end, `folder`, its data folder, and
 * `stop()`, which ends it and deletes the folder.
 */
export async function serveSample() {
  const folder = mkdtempSync(join(tmpdir(), "broadsheet-"));
  const filled = spawnSync(program, ["sample", "--data-dir", folder], { encoding: "utf8" });
  if (filled.status !== 0) throw new Error(`sample: ${filled.error ?? filled.stderr}`);
  const child = spawn(program, ["serve", "--data-dir", folder, "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "inherit"],
    // Log no line for each request.
    env: { RUST_LOG: "warn,actix_http=off", ...process.env },
  });
  // The first line of the output has the URL with the port.
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
