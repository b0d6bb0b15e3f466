// Images with their renditions, videos and audio.

import { source } from "./address.js";
import { h } from "./dom.js";

/** Creates an image in several sizes, or returns null if the media item is not an image. */
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

/** Creates a figure with caption and credit. Videos and audio load when they are played. */
export function figure(media) {
  const shown = {
    IMAGE: () => picture(media, "(min-width: 60rem) 46rem, 100vw"),
    VIDEO: () => h("video", { controls: true, preload: "none", src: source(media.url), "aria-label": media.alt ?? "Video" }),
    AUDIO: () => h("audio", { controls: true, preload: "none", src: source(media.url), "aria-label": media.alt ?? "Audio" }),
    DOCUMENT: () => h("a", { href: source(media.url) }, media.caption ?? "Download"),
  }[media.kind]();
  const caption = (media.caption || media.credit) &&
    h("figcaption", null, media.caption, " ", media.credit && h("span", { class: "credit" }, media.credit));
  return h("figure", { class: "lead" }, shown, caption);
}
