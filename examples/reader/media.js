// Pictures with their renditions, films and recordings.

import { source } from "./address.js";
import { h } from "./dom.js";

/** A picture that the browser takes in the size that it needs; null for what is no picture. */
export function picture(media, sizes) {
  if (media?.kind !== "IMAGE") return null;
  const widths = [...media.renditions, media].filter((form) => form.width);
  const image = h("img", {
    alt: media.alt ?? "",
    width: media.width,
    height: media.height,
    loading: "lazy",
    srcset: widths.length > 1 && widths.map((form) => `${source(form.url)} ${form.width}w`).join(", "),
    sizes: widths.length > 1 && sizes,
    src: source(media.url),
  });
  if (media.focalPoint) image.style.objectPosition = `${media.focalPoint.x * 100}% ${media.focalPoint.y * 100}%`;
  return image;
}

/** A medium with what is said under it. Films and recordings load when they are played. */
export function figure(media) {
  const shown = {
    IMAGE: () => picture(media, "(min-width: 60rem) 46rem, 100vw"),
    VIDEO: () => h("video", { controls: true, preload: "none", src: source(media.url), "aria-label": media.alt ?? "Film" }),
    AUDIO: () => h("audio", { controls: true, preload: "none", src: source(media.url), "aria-label": media.alt ?? "Recording" }),
    DOCUMENT: () => h("a", { href: source(media.url) }, media.caption ?? "Download"),
  }[media.kind]();
  const caption = (media.caption || media.credit) &&
    h("figcaption", null, media.caption, " ", media.credit && h("span", { class: "credit" }, media.credit));
  return h("figure", { class: "lead" }, shown, caption);
}
