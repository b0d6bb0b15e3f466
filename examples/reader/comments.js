// Comments in threads, and their form.

import { ask } from "./ask.js";
import { fromHtml, h } from "./dom.js";
import { MORE_COMMENTS } from "./queries.js";
import { minute } from "./words.js";

function comment({ id, authorName, createdAt, editedAt, deleted, body }) {
  return h("li", { id },
    deleted
      ? h("p", { class: "about" }, "This comment is gone.")
      : [
          h("p", { class: "about" }, h("strong", null, authorName), " · ", h("time", { datetime: createdAt }, minute(createdAt)), editedAt && " · edited"),
          h("div", { class: "comment-body", dir: "auto" }, fromHtml(body.html)),
        ]);
}

/** Adds comments to a thread: each below the last one that is less deep. */
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
    h("h3", { id: "reader-say" }, "Say something"),
    h("p", { id: "reader-why-not" }, "Comments cannot be sent yet: this server only reads."),
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
      more.textContent = "That did not work. Try again";
    } finally {
      more.disabled = false;
    }
  });
  return h("section", { class: "comments", "aria-labelledby": "reader-comments" },
    h("h2", { id: "reader-comments" }, commentCount > 0 ? `Comments (${commentCount})` : "Comments"),
    page.nodes.length > 0 ? [threads, more] : h("p", null, "Nobody has said anything yet."),
    commentsOpen ? form() : h("p", null, "Comments are closed."));
}
