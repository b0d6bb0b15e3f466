// All GraphQL queries of the newspaper: one for the site, one that resolves a path, and one for each kind of
// page.

const PICTURE = `
  fragment Picture on Media {
    kind url mimeType width height alt caption credit
    focalPoint { x y }
    renditions { url mimeType width }
  }
`;

const CARD = `
  fragment Card on Article {
    id kind headline kicker standfirst byline publishedAt language canonicalPath commentCount access
    section { name path }
    leadMedia { ...Picture }
  }
  ${PICTURE}
`;

const LINE = `
  fragment Line on Article { id headline kicker publishedAt language canonicalPath section { name path } }
`;

const COMMENTS = `
  fragment Comments on CommentConnection {
    nodes { id depth authorName createdAt editedAt deleted body { html } }
    pageInfo { hasNextPage endCursor }
  }
`;

export const SITE = `
  query Site {
    site {
      title tagline description language timeZone
      navigation { label url children { label url } }
      social { network url label }
      placements { key label html }
    }
  }
`;

export const RESOLVE = `
  query Resolve($path: String!) {
    resolve(path: $path) { kind slug path moved }
  }
`;

export const FRONT = `
  query Front {
    collection(slug: "front") { title articles { ...Card } }
    latest: articles(first: 20) { nodes { ...Card } }
    sections(first: 30) { nodes { name path parent { id } articles(first: 8) { nodes { ...Line } } } }
  }
  ${CARD}
  ${LINE}
`;

export const ARTICLE = `
  query Article($slug: String, $id: ID, $preview: String) {
    article(slug: $slug, id: $id, preview: $preview) {
      ...Card
      slug revision status
      commentsOpen hideAds sensitive firstPublishedAt modifiedAt
      seo { title description canonicalUrl image { ...Picture } }
      authors { name slug bio photo { ...Picture } }
      tags { name slug }
      translations { id }
      corrections { at kind text }
      body { html wordCount readingMinutes toc { id level text } }
      comments(first: 20) { ...Comments }
      page(related: 4, latest: 8) {
        related {
          source
          reasons { parts { kind tag { name slug } } }
          article { ...Card }
        }
        latest { ...Line }
      }
    }
  }
  ${CARD}
  ${LINE}
  ${COMMENTS}
`;

export const TRANSLATIONS = `
  query Translations($ids: [ID!]!) {
    nodes(ids: $ids) { ... on Article { headline language canonicalPath } }
  }
`;

export const MORE_COMMENTS = `
  query MoreComments($slug: String!, $after: String!) {
    article(slug: $slug) { comments(first: 20, after: $after) { ...Comments } }
  }
  ${COMMENTS}
`;

const PAGE = `
  articleCount
  articles(first: 10, after: $after) { nodes { ...Card } pageInfo { hasNextPage endCursor } }
`;

export const SECTION = `
  query Section($slug: String!, $after: String) {
    front: section(slug: $slug) { name description parent { name path } ${PAGE} }
    parts: sections(first: 30, parent: $slug) { nodes { name path } }
  }
  ${CARD}
`;

export const TAG = `
  query Tag($slug: String!, $after: String) {
    front: tag(slug: $slug) { name description parent { name slug } ${PAGE} }
  }
  ${CARD}
`;

export const AUTHOR = `
  query Author($slug: String!, $after: String) {
    front: author(slug: $slug) { name description: bio photo { ...Picture } links { label url } ${PAGE} }
  }
  ${CARD}
`;
