/** As much of a browser as a login needs: cookies by host, redirects, and one form. */
class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();
  page = '';

  /** Sends the cookies of the place, and keeps those that it sets. Follows nothing. */
  readonly fetch = async (url: string, options: RequestInit = {}): Promise<Response> => {
    const place = new URL(url).host;
    const own = this.#cookies.get(place) ?? new Map<string, string>();
    this.#cookies.set(place, own);
    const headers = new Headers(options.headers);
    if (own.size > 0) headers.set('cookie', [...own].map(([name, value]) => `${name}=${value}`).join('; '));
    const answer = await fetch(url, { ...options, headers, redirect: 'manual' });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      if (value === '' || /Max-Age=0/i.test(cookie)) own.delete(name!);
      else own.set(name!, value!);
    }
    return answer;
  };

  /** Goes where it is sent, until something is shown. */
  async visit(url: string, options: RequestInit = {}): Promise<void> {
    let answer = await this.fetch(url, options);
    for (let at = url; answer.status >= 300 && answer.status < 400; answer = await this.fetch(at)) at = new URL(answer.headers.get('location')!, at).href;
    this.page = await answer.text();
    if (!answer.ok) throw new Error(`The page was answered ${answer.status}: ${this.page.slice(0, 500)}`);
  }
}

/** Follows a login to the issuer's form, fills it in and comes back. */
export async function signIn(url: string, who: { readonly username: string; readonly password: string }): Promise<Browser> {
  const browser = new Browser();
  await browser.visit(url);
  const action = /<form[^>]*action="([^"]+)"/.exec(browser.page)?.[1];
  if (action === undefined) throw new Error(`No form to log in with: ${browser.page.slice(0, 500)}`);
  await browser.visit(action.replaceAll('&amp;', '&'), { method: 'POST', body: new URLSearchParams(who) });
  return browser;
}
