/** Files go beside the socket, by plain HTTP with the conversation's token. */

import type { FileShown } from "./contract";

const TOO_MANY = 429;

/** What the server said against a file, for the customer. `mayPass`: the same file may be taken later. */
export class FileRefused extends Error {
  constructor(
    why: string,
    readonly mayPass = false,
  ) {
    super(why);
  }
}

export async function upload(server: string, token: string, file: File, signal: AbortSignal): Promise<FileShown> {
  const body = new FormData();
  body.append("file", file, file.name);
  const answer = await fetch(`${server}/chat/files`, { method: "POST", body, headers: bearer(token), signal });
  const told = await answer.json();
  if (!answer.ok) throw new FileRefused(told.why ?? "", answer.status >= 500 || answer.status === TOO_MANY);
  return told;
}

/** Nothing is shown inline: the browser saves it under a name that can mislead nobody. */
export async function save(server: string, token: string, file: FileShown): Promise<void> {
  const answer = await fetch(`${server}/chat/files/${encodeURIComponent(file.id)}`, { headers: bearer(token) });
  if (!answer.ok) throw new FileRefused("");
  const address = URL.createObjectURL(await answer.blob());
  Object.assign(document.createElement("a"), { href: address, download: plainName(file.name) }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A name without control characters and without marks that turn the writing direction ("gpj.exe" for "exe.jpg"). */
export function plainName(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "").slice(0, 120);
}

export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
