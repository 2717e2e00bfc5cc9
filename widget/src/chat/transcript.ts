import type { Strings } from "../strings";
import { authorName } from "../words";
import type { Line } from "./contract";

/** The conversation as plain text, to be pasted somewhere. */
export function asText(lines: Line[], strings: Strings, locale: string): string {
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  return lines
    .map((line) => {
      const files = line.files?.map((file) => `[${file.name}]`) ?? [];
      return [`${authorName(line, strings)}, ${moment.format(new Date(line.at))}`, line.text, ...files].join("\n");
    })
    .join("\n\n");
}
