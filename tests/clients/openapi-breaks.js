// What in a newer OpenAPI document breaks clients of an older one: addresses and parameters that
// are gone, parameters that are newly required, fields of answers that are gone, no longer always
// there, or of another type.

/** Returns what breaks, in words, in the order of the older document. */
export function breaks(before, after) {
  const found = [];
  for (const [path, methods] of Object.entries(before.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const now = after.paths[path]?.[method];
      if (!now) {
        found.push(`${method.toUpperCase()} ${path} is gone`);
        continue;
      }
      parameters(operation, now, found);
      for (const [status, answer] of Object.entries(operation.responses)) {
        const [old, fresh] = [bodyOf(answer, before), bodyOf(now.responses[status], after)];
        const where = `${operation.operationId} ${status}`;
        if (!now.responses[status]) found.push(`${where} is gone`);
        else if (old) fields({ schema: old, document: before }, { schema: fresh, document: after }, where, "", found, new Set());
      }
    }
  }
  return found;
}

function parameters(before, after, found) {
  const key = (parameter) => `${parameter.in} ${parameter.name}`;
  const now = new Map((after.parameters ?? []).map((parameter) => [key(parameter), parameter]));
  const old = new Map((before.parameters ?? []).map((parameter) => [key(parameter), parameter]));
  for (const [name, parameter] of old) {
    if (!now.has(name)) found.push(`${before.operationId}: parameter ${parameter.name} is gone`);
  }
  for (const [name, parameter] of now) {
    if (parameter.required && !old.get(name)?.required) {
      found.push(`${before.operationId}: parameter ${parameter.name} is now required`);
    }
  }
}

function bodyOf(answer, document) {
  const content = answer?.content ?? {};
  return follow(content["application/json"]?.schema, document);
}

function follow(schema, document) {
  let at = schema;
  while (at?.$ref) {
    at = at.$ref.slice(2).split("/").reduce((inner, name) => inner[name], document);
  }
  return at;
}

/** The fields of an object with all that it is made of; each with whether it is always there. */
function flat(schema, document) {
  const at = follow(schema, document) ?? {};
  const fields = new Map();
  for (const part of at.allOf ?? []) {
    for (const [name, field] of flat(part, document)) fields.set(name, field);
  }
  for (const [name, field] of Object.entries(at.properties ?? {})) {
    fields.set(name, { schema: field, always: (at.required ?? []).includes(name) });
  }
  return fields;
}

function fields(before, after, where, path, found, seen) {
  const old = follow(before.schema, before.document);
  const now = follow(after.schema, after.document) ?? {};
  // Schemas may hold themselves.
  if (!old || seen.has(old)) return;
  seen.add(old);
  for (const choice of ["anyOf", "oneOf"]) {
    (old[choice] ?? []).forEach((schema, n) => {
      const twin = now[choice]?.[n];
      if (twin) fields({ ...before, schema }, { ...after, schema: twin }, where, path, found, seen);
    });
  }
  if (old.items && now.items) {
    fields({ ...before, schema: old.items }, { ...after, schema: now.items }, where, `${path}[]`, found, seen);
  }
  const twins = flat(now, after.document);
  for (const [name, field] of flat(old, before.document)) {
    const full = path ? `${path}.${name}` : name;
    const twin = twins.get(name);
    if (!twin) {
      found.push(`${where}: ${full} is gone`);
      continue;
    }
    if (field.always && !twin.always) found.push(`${where}: ${full} is no longer always there`);
    const [was, is] = [typeOf(field.schema, before.document), typeOf(twin.schema, after.document)];
    if (was !== is) found.push(`${where}: ${full} is ${is}, was ${was}`);
    else fields({ ...before, schema: field.schema }, { ...after, schema: twin.schema }, where, full, found, seen);
  }
}

function typeOf(schema, document) {
  const at = follow(schema, document) ?? {};
  return [at.type ?? (at.allOf ? "object" : "one of several")].flat().join(" or ");
}
