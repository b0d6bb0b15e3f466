"use strict";

// All examples work on the sample newsroom. Those without a slug work on any other, too.
const examples = [
  `# The latest articles, with the fields of a list.
query Latest {
  articles(first: 5) {
    nodes { headline standfirst byline publishedAt canonicalPath section { name } tags { name } }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  `# A whole article page in one request. No article appears twice.
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
  `# Articles related to an article, with the reasons.
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
  `# Articles with both of two tags and without a third. Use endCursor as "after" for the next page.
query ByTags($after: String) {
  articles(filter: { tags: { all: [["storm-odalys"], ["flooding"]], none: ["elections"] } }, first: 5, after: $after) {
    totalCount
    nodes { headline tags { slug } }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  `# The front page curated by editors, and the navigation and settings of the site.
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
