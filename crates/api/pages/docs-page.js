// Loads the OpenAPI document into RapiDoc, and lists its operations and problems in the navigation.

const METHODS = ["get", "post", "put", "patch", "delete"];

const rapidoc = document.querySelector("rapi-doc");
const operations = document.getElementById("operations");
const problems = document.getElementById("problems");

function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Returns the operations by tag, each with its anchor in RapiDoc. */
function byTag({ paths }) {
  const tags = new Map();
  for (const [path, item] of Object.entries(paths)) {
    for (const method of METHODS.filter((method) => item[method])) {
      const [tag = "other"] = item[method].tags ?? [];
      if (!tags.has(tag)) tags.set(tag, []);
      tags.get(tag).push({ method, path, place: `${method}-${path}`, summary: item[method].summary ?? "" });
    }
  }
  return tags;
}

function listOperations(spec) {
  for (const [tag, all] of byTag(spec)) {
    const items = all.map(({ method, path, place, summary }) => {
      const link = h("a", { href: `#${place}` }, h("code", {}, `${method.toUpperCase()} ${path}`), h("br", {}), summary);
      link.addEventListener("click", () => {
        operations.open = false;
        rapidoc.scrollToPath(place);
      });
      return h("li", {}, link);
    });
    operations.append(h("h2", {}, tag), h("ul", {}, ...items));
  }
}

/** Lists the problem codes and titles from the table in the document's description. */
function listProblems({ info }) {
  const rows = [...info.description.matchAll(/^\| `([a-z0-9_.]+)` \| (.+?) \| .+ \|$/gm)];
  problems.hidden = rows.length === 0;
  problems.append(h("ul", {}, ...rows.map(([, code, title]) => h("li", {}, h("a", { href: `/problems/${code}` }, h("code", {}, code), ` ${title}`)))));
}

customElements.whenDefined("rapi-doc").then(async () => {
  const spec = await (await fetch("/openapi.json")).json();
  listOperations(spec);
  listProblems(spec);
  await rapidoc.loadSpec(spec);
});
