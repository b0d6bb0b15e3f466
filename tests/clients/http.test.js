// Runs the audit suite of `graphql-http` for the specification "GraphQL over HTTP".

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { serverAudits } from "graphql-http";

import { serveSample } from "./server.js";

let server;
before(async () => { server = await serveSample(); });
after(() => server.stop());

test("every MUST and SHOULD audit passes", async (t) => {
  const audits = serverAudits({ url: () => `${server.address}/graphql` });
  const binding = audits.filter((audit) => /^(MUST|SHOULD)/.test(audit.name));
  assert.ok(binding.length >= 36, `only ${binding.length} audits`);
  for (const audit of binding) {
    await t.test(audit.name, async () => {
      const result = await audit.fn();
      assert.equal(result.status, "ok", result.reason);
    });
  }
});
