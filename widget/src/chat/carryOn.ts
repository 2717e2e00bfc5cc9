/** A code by which the conversation goes on in another channel; asked for beside the socket, as files are sent. */

import { bearer } from "./files";

const ANSWER_WITHIN_MS = 10_000;

/** What the server gave, good once and for so many `minutes`: a link, and a word to write there. */
export interface Ways {
  minutes: number;
  telegram: string | null;
  slack: string | null;
}

/** Why there is no code, in the server's words; empty where it said nothing. */
export class NoWay extends Error {}

export async function waysOn(server: string, token: string): Promise<Ways> {
  const how = { method: "POST", headers: bearer(token), signal: AbortSignal.timeout(ANSWER_WITHIN_MS) };
  const answer = await fetch(`${server}/chat/carry-on/`, how);
  const told = await answer.json();
  if (!answer.ok) throw new NoWay(told.why ?? "");
  if (!told.telegram && !told.slack) throw new NoWay("");
  return told;
}
