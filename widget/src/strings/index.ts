/** The catalogues by language. */

import { de } from "./de";
import { en, type Strings } from "./en";
import { zhHans } from "./zh-hans";

export type { Strings };

export interface Language {
  tag: string;
  strings: Strings;
}

/** The widget's language for a locale such as "de-AT"; English where there is none. */
export function languageFor(locale: string): Language {
  const language = locale.toLowerCase().split(/[-_]/)[0];
  if (language === "de") return { tag: "de", strings: de };
  if (language === "zh") return { tag: "zh-Hans", strings: zhHans };
  return { tag: "en", strings: en };
}
