/** Names, days, times and sizes as a reader expects them. */

import type { Channel, Line } from "./chat/contract";
import type { Strings } from "./strings";

export function authorName(line: Line, strings: Strings): string {
  if (line.author === "agent") return line.name ?? strings.agent;
  return line.author === "customer" ? strings.you : strings[line.author];
}

const CHANNELS: Record<Channel, string> = { telegram: "Telegram", slack: "Slack" };

/** "Telegram or Slack", in the widget's language. */
export function channelNames(channels: Channel[], language: string): string {
  return new Intl.ListFormat(language, { type: "disjunction" }).format(channels.map((channel) => CHANNELS[channel]));
}

export function clockTime(at: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
}

/** "Today", "yesterday" or the day, in the reader's zone. */
export function dayName(at: string, locale: string, now: Date): string {
  const days = Math.round((startOfDay(now) - startOfDay(new Date(at))) / 86_400_000);
  if (days < 2) return capital(new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-days, "day"), locale);
  return new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(
    new Date(at),
  );
}

export function fileSize(bytes: number, locale: string): string {
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, "kilobyte"] : [bytes / 1_000_000, "megabyte"];
  const format = { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(locale, format).format(value);
}

/** Keeps a day such as "Tue, 1 Dec 2026" on one line. */
export function unbroken(words: string): string {
  return words.replaceAll(" ", "\u00a0");
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).valueOf();
}

function capital(words: string, locale: string): string {
  return words.charAt(0).toLocaleUpperCase(locale) + words.slice(1);
}
