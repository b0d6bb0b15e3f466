// Converts between paths of the site and URLs of this newspaper, which can be served below a path.

const settings = document.querySelector("meta[name=broadsheet]").dataset;

export const api = settings.api;

/** Base URL of the content server, with a slash at the end. */
export const { server } = settings;

/** Returns the URL of a media file. A path is relative to the content server. */
export const source = (url) => (url.startsWith("/") && !url.startsWith("//") ? server + url.slice(1) : url);

/** Returns the URL of a path of the site in this newspaper. Absolute URLs are returned unchanged. */
export function address(url) {
  const ofTheSite = url.startsWith("/") && !url.startsWith("//");
  return ofTheSite ? settings.base + url : url;
}

/** Returns the path of the site for a URL of this newspaper, or null for any other URL. */
export function pathOf(url) {
  if (url.origin !== location.origin) return null;
  if (url.pathname === settings.base) return "/";
  if (!url.pathname.startsWith(`${settings.base}/`)) return null;
  return url.pathname.slice(settings.base.length) + url.search;
}
