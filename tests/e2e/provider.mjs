// Segl's own pages in the browser where a sign-in begins.

/** Types the user ID on the page to which the service sent the person. */
export async function typeUserId(page, userId) {
  await page.locator("#user-id").fill(userId);
  await page.locator('form[action="/signin"] button[type="submit"]').click();
}

/** The waiting page, with its first code drawn. */
export async function waiting(page) {
  await page.locator("[data-segl-wait] [data-qr][data-qr-text]").waitFor();
}

export async function begin(page, userId) {
  await typeUserId(page, userId);
  await waiting(page);
}

export const typedCode = (page) => page.locator("[data-typed-code]").innerText();

export const cancel = (page) => page.locator('form[action="/signin/cancel"] button').click();

/** A page that says how it is: its code (`data-code`), heading and status. */
export async function message(page, code) {
  await page.locator(`[data-code="${code}"]`).waitFor();
  return page.locator("h1").innerText();
}
