/** The conversation's token, the only thing that is kept in the browser: by it a reload takes the chat up again. */

const GUEST = "guest";

/** Keeps the conversations of several accounts of one browser apart. */
export class Tokens {
  #kept = new Map<string, string>(); // for pages that may not store anything

  constructor(private server: string) {}

  /** The account's token. Who was a guest until now takes the guest's conversation along. */
  take(account: string): string | undefined {
    const own = this.#read(account);
    const guests = own || account === GUEST ? undefined : this.#read(GUEST);
    if (!guests) return own;
    this.forget(GUEST);
    this.keep(account, guests);
    return guests;
  }

  has(account: string): boolean {
    return this.#read(account) !== undefined;
  }

  keep(account: string, token: string): void {
    this.#kept.set(account, token);
    this.#try((storage) => storage.setItem(this.#name(account), token));
  }

  forget(account: string): void {
    this.#kept.delete(account);
    this.#try((storage) => storage.removeItem(this.#name(account)));
  }

  #read(account: string): string | undefined {
    return this.#try((storage) => storage.getItem(this.#name(account))) ?? this.#kept.get(account);
  }

  #name(account: string): string {
    return `jjsg-refunds ${this.server} ${account}`;
  }

  // A browser that blocks storage throws on the mere mention of it.
  #try<T>(use: (storage: Storage) => T): T | undefined {
    try {
      return use(localStorage);
    } catch {
      return undefined;
    }
  }
}

/** Whose identity token it is. Only a name for the storage: the server is who checks the token. */
export function accountOf(identity: string | null): string {
  try {
    const claims = identity?.split(".")[1]?.replaceAll("-", "+").replaceAll("_", "/");
    return claims ? String(JSON.parse(atob(claims)).sub ?? GUEST) : GUEST;
  } catch {
    return GUEST;
  }
}
