// Where things are: the content server, and the paths of the site under this newspaper's own.

const settings = document.querySelector("meta[name=broadsheet]").dataset;

export const api = settings.api;

/** Where the content server's own pages are, with a slash at the end. */
export const { server } = settings;

/** The address of a medium: a path is one of the content server's. */
export const source = (url) => (url.startsWith("/") && !url.startsWith("//") ? server + url.slice(1) : url);

/** The address here of a path of the site; addresses of other sites stay as they are. */
export function address(url) {
  const ofTheSite = url.startsWith("/") && !url.startsWith("//");
  return ofTheSite ? settings.base + url : url;
}

/** The path of the site that an address here stands for; null for an address elsewhere. */
export function pathOf(url) {
  if (url.origin !== location.origin) return null;
  if (url.pathname === settings.base) return "/";
  if (!url.pathname.startsWith(`${settings.base}/`)) return null;
  return url.pathname.slice(settings.base.length) + url.search;
}
