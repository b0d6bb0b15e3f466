// Comments in threads, and the form for a new comment.

import { ask } from "./ask.js";
import { fromHtml, h } from "./dom.js";
import { MORE_COMMENTS } from "./queries.js";
import { minute } from "./words.js";

function comment({ id, authorName, createdAt, editedAt, deleted, body }) {
  return h("li", { id },
    deleted
      ? h("p", { class: "about" }, "This comment was removed.")
      : [
          h("p", { class: "about" }, h("strong", null, authorName), " · ", h("time", { datetime: createdAt }, minute(createdAt)), editedAt && " · edited"),
          h("div", { class: "comment-body", dir: "auto" }, fromHtml(body.html)),
        ]);
}

/** Returns a function that adds comments to `threads`, each below the last comment with a lower depth. */
function grow(threads) {
  const path = [];
  return (nodes) => {
    for (const node of nodes) {
      const item = comment(node);
      path.length = node.depth;
      const above = path.findLast(Boolean);
      let list = threads;
      if (above) {
        list = above.querySelector(":scope > ol") ?? h("ol", null);
        above.append(list);
      }
      list.append(item);
      path[node.depth] = item;
    }
  };
}

function form() {
  return h("form", { class: "comment-form", "aria-labelledby": "reader-say" },
    h("h3", { id: "reader-say" }, "Write a comment"),
    h("p", { id: "reader-why-not" }, "Comments cannot be sent yet."),
    h("fieldset", { disabled: true, "aria-describedby": "reader-why-not" },
      h("label", null, "Your name", h("input", { name: "name", autocomplete: "name" })),
      h("label", null, "Your comment", h("textarea", { name: "comment", rows: 5 })),
      h("button", null, "Send")));
}

export function comments({ slug, commentCount, commentsOpen, comments: page }) {
  const threads = h("ol", { class: "threads" });
  const add = grow(threads);
  add(page.nodes);
  let { pageInfo } = page;
  const more = h("button", { type: "button", class: "more", hidden: !pageInfo.hasNextPage }, "More comments");
  more.addEventListener("click", async () => {
    more.disabled = true;
    try {
      const { article } = await ask(MORE_COMMENTS, { slug, after: pageInfo.endCursor });
      add(article.comments.nodes);
      ({ pageInfo } = article.comments);
      more.hidden = !pageInfo.hasNextPage;
      more.textContent = "More comments";
    } catch {
      more.textContent = "Loading failed. Try again";
    } finally {
      more.disabled = false;
    }
  });
  return h("section", { class: "comments", "aria-labelledby": "reader-comments" },
    h("h2", { id: "reader-comments" }, commentCount > 0 ? `Comments (${commentCount})` : "Comments"),
    page.nodes.length > 0 ? [threads, more] : h("p", null, "No comments yet."),
    commentsOpen ? form() : h("p", null, "Comments are closed."));
}
