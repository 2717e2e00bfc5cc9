/** Starts the widget as its script tag says. A second tag on the same page changes nothing. */

import { type Options, RefundWidget } from "./host";

declare global {
  interface Window {
    JJSGRefunds?: RefundWidget;
  }
}

function optionsOf(tag: HTMLScriptElement): Options {
  const { server, locale, identity, theme, title } = tag.dataset;
  return {
    server: new URL(server ?? tag.src, document.baseURI).origin,
    locale: usable(locale) ?? localeOf(usable(document.documentElement.lang)),
    identity: identity || null,
    theme,
    title,
  };
}

/** The page's language, in the customer's own region where it is the browser's language too: "en" may mean en-GB. */
function localeOf(page: string | undefined): string {
  return page && !navigator.language.startsWith(page) ? page : navigator.language;
}

function usable(locale: string | undefined): string | undefined {
  try {
    return locale ? Intl.getCanonicalLocales(locale)[0] : undefined;
  } catch {
    return undefined;
  }
}

function start(tag: HTMLScriptElement): void {
  const widget = new RefundWidget(optionsOf(tag), () => delete window.JJSGRefunds);
  window.JJSGRefunds = widget;
  if (document.readyState === "complete") widget.show();
  // Scripts of the page that wait for it to be parsed may still set an identity before the first connection. A script
  // that came late has missed the first of these events, and the second comes for both.
  else for (const event of ["DOMContentLoaded", "load"]) addEventListener(event, () => widget.show(), { once: true });
}

const tag = document.currentScript;
if (tag instanceof HTMLScriptElement && !window.JJSGRefunds) start(tag);
