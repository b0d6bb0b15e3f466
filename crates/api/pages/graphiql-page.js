"use strict";

// Each works on the sample newsroom and, where it names nothing, on any other.
const examples = [
  `# The latest articles, as a list shows them.
query Latest {
  articles(first: 5) {
    nodes { headline standfirst byline publishedAt canonicalPath section { name } tags { name } }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  `# A whole article page in one request: each story once.
query ArticlePage {
  article(slug: "judge-to-lead-inquiry-into-gate-seven") {
    kicker headline standfirst byline publishedAt
    leadMedia { url alt caption credit }
    body { html toc { id level text } readingMinutes }
    page(related: 3, latest: 5, comments: 10) {
      related { score source reasons { parts { kind points tag { name } } } article { headline canonicalPath } }
      latest { headline canonicalPath }
      comments { depth authorName body { text } }
    }
  }
}
`,
  `# What to read after a story, and why.
query Related {
  article(slug: "judge-to-lead-inquiry-into-gate-seven") {
    related(first: 5) {
      edges {
        score source
        reasons { timeFactor parts { kind points tag { name } } }
        node { headline publishedAt }
      }
    }
  }
}
`,
  `# Two tags, both needed, and one that must not be there. Put endCursor into "after" for the next page.
query ByTags($after: String) {
  articles(filter: { tags: { all: [["storm-odalys"], ["flooding"]], none: ["elections"] } }, first: 5, after: $after) {
    totalCount
    nodes { headline tags { slug } }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  `# The front page that editors put in order, and what stands around it.
query FrontPage {
  collection(slug: "front") { title articles { headline kicker canonicalPath } }
  site { title tagline navigation { label url } social { network url } placements { key } }
}
`,
];

const place = document.getElementById("graphiql");
ReactDOM.createRoot(place).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: place.dataset.api }),
    defaultTabs: examples.map((query) => ({ query })),
    defaultEditorToolsVisibility: true,
  }),
);
