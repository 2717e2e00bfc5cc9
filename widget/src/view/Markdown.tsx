/**
 * The little Markdown that is needed: **bold**, lists, [links](https://...) and bare addresses. It makes elements, never
 * HTML, so nothing in a text can become markup; a link that is not plain http or https stays text.
 */

import type { ComponentChildren } from "preact";
import { useSession } from "../session";

const BOLD = /\*\*(?<bold>[^*\n]+)\*\*/u;
const LINK = /\[(?<title>[^\]\n]{1,200})\]\((?<target>[^)\s]{1,2000})\)/u;
const ADDRESS = /(?<bare>https?:\/\/[^\s<>"')\]]*[^\s<>"')\].,;:!?])/u;
const INLINE = new RegExp([BOLD, LINK, ADDRESS].map(({ source }) => source).join("|"), "gu");
const BULLET = /^\s*[-*•]\s+/u;
const NUMBER = /^\s*\d{1,3}[.)]\s+/u;

export function Markdown({ text }: { text: string }) {
  return <>{blocks(text).map(draw)}</>;
}

interface Block {
  kind: "p" | "ul" | "ol";
  lines: string[];
}

function blocks(text: string): Block[] {
  const found: Block[] = [];
  for (const line of text.split("\n")) {
    const kind = BULLET.test(line) ? "ul" : NUMBER.test(line) ? "ol" : "p";
    const last = found.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else found.push({ kind, lines: [line] });
  }
  return found;
}

function draw({ kind, lines }: Block) {
  if (kind === "p") {
    const words = lines.join("\n").replace(/^\n+|\n+$/g, "");
    return words && <p dir="auto">{inline(words)}</p>;
  }
  const Kind = kind;
  const start = kind === "ol" ? Number.parseInt(lines[0]!, 10) : undefined;
  return (
    <Kind dir="auto" start={start}>
      {lines.map((line) => (
        <li>{inline(line.replace(kind === "ul" ? BULLET : NUMBER, ""))}</li>
      ))}
    </Kind>
  );
}

function inline(text: string): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const { bold, title, target, bare } = match.groups!;
    parts.push(text.slice(from, match.index));
    parts.push(bold ? <strong>{bold}</strong> : <Link title={title ?? bare!} target={target ?? bare!} as={match[0]} />);
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}

function Link({ title, target, as }: { title: string; target: string; as: string }) {
  const { opensInNewTab } = useSession().language.strings;
  if (!isPlainAddress(target)) return <>{as}</>;
  return (
    <a href={target} target="_blank" rel="noopener noreferrer nofollow">
      {title}
      <span class="unseen"> ({opensInNewTab})</span>
    </a>
  );
}

function isPlainAddress(target: string): boolean {
  return /^https?:\/\/[^/]/i.test(target) && URL.canParse(target);
}
