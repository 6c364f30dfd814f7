// @ts-check
// The basket, kept by this browser, and an order page that stays up to date. What anything costs is the
// server's to say: nothing is added up here.

/**
 * A basket: thousandths of each variant, and the id under which it is ordered, however often it is sent.
 * @typedef {{ order: string, items: Record<string, number>, at?: number }} Basket
 */

/** How long a basket is kept that nobody touches, in milliseconds: 30 days. */
const KEPT_FOR = 30 * 24 * 60 * 60 * 1000;

/** The most of one article that the buttons and the field take, in thousandths. */
const MOST = 1_000_000_000;

/** How long to wait for one more press before asking what it comes to, in milliseconds. */
const PATIENCE = 150;

/** How often an order is looked at again, in milliseconds. */
const LOOK_AGAIN = 20_000;

/** How soon to ask again where the server did not answer, in milliseconds. */
const TRY_AGAIN = 5_000;

const BASKET_KEY = `comptoir-basket-${document.body.dataset.hub}`;
const VARIANT = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @returns {string} a random id (UUID version 4); `crypto.randomUUID` wants an encrypted connection */
function newId() {
    const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte, place) => {
        const marked = place === 6 ? (byte & 0x0f) | 0x40 : place === 8 ? (byte & 0x3f) | 0x80 : byte;
        return marked.toString(16).padStart(2, '0');
    }).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** @returns {Basket} what is kept; an empty basket where that cannot be read */
function readBasket() {
    /** @type {Basket} */
    const basket = { order: newId(), items: {} };
    try {
        const kept = JSON.parse(localStorage.getItem(BASKET_KEY) ?? '{}');
        if (Date.now() - (kept.at ?? Date.now()) > KEPT_FOR) return basket;
        if (VARIANT.test(kept.order)) basket.order = kept.order;
        for (const [variant, quantity] of Object.entries(kept.items ?? {})) {
            const sound = Number.isSafeInteger(quantity) && quantity > 0 && quantity <= MOST;
            if (VARIANT.test(variant) && sound) basket.items[variant] = quantity;
        }
    } catch {
        // Storage that is switched off or spoilt is an empty basket.
    }
    return basket;
}

let basket = readBasket();

function keepBasket() {
    try {
        localStorage.setItem(BASKET_KEY, JSON.stringify({ ...basket, at: Date.now() }));
    } catch {
        // Without storage the basket lasts as long as the page.
    }
}

/** @returns {string} the basket as the server reads it */
function basketText() {
    return Object.entries(basket.items)
        .map(([variant, quantity]) => `${variant}:${quantity}`)
        .join(',');
}

const numbers = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 3 });

/**
 * @param {string} typed a number with a point or a comma
 * @returns {number | null} thousandths
 */
function readQuantity(typed) {
    const parts = /^\s*(\d{0,7})(?:[.,](\d{0,3}))?\s*$/.exec(typed);
    if (!parts || !(parts[1] || parts[2])) return null;
    return Number(parts[1] || 0) * 1000 + Number((parts[2] ?? '').padEnd(3, '0'));
}

/** Shows what is in the basket on every pair of buttons. */
function showSteppers() {
    for (const stepper of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.stepper'))) {
        const quantity = basket.items[stepper.dataset.variant ?? ''] ?? 0;
        stepper.classList.toggle('in', quantity > 0);
        const field = stepper.querySelector('input');
        if (field && field !== document.activeElement) field.value = numbers.format(quantity / 1000);
    }
}

/**
 * @param {string} variant
 * @param {number} quantity in thousandths
 */
function put(variant, quantity) {
    if (quantity > 0) basket.items[variant] = Math.min(quantity, MOST);
    else delete basket.items[variant];
    keepBasket();
    showSteppers();
    askSoon();
}

// What it comes to.

/** @type {ReturnType<typeof setTimeout> | undefined} */
let asking;
let asked = 0;

/** @param {number} [wait] in milliseconds */
function askSoon(wait = PATIENCE) {
    clearTimeout(asking);
    asking = setTimeout(ask, wait);
    document.getElementById('basket')?.setAttribute('aria-busy', 'true');
}

async function ask() {
    const bar = document.getElementById('bar');
    const place = document.getElementById('basket');
    const address = document.body.dataset.quote;
    if (!address || !(bar || place)) return;
    if (!Object.keys(basket.items).length && !place) return showBar(undefined);
    const turn = ++asked;
    const questions = new URLSearchParams({ basket: basketText(), slot: chosenSlot() });
    try {
        const answer = await fetch(`${address}${address.includes('?') ? '&' : '?'}${questions}`);
        if (!answer.ok) throw new Error(String(answer.status));
        const text = await answer.text();
        // An answer that a later press has overtaken.
        if (turn !== asked) return;
        showQuote(text);
    } catch {
        if (turn !== asked) return;
        unreachable();
        askSoon(TRY_AGAIN);
    }
}

/** @returns {string} the id of the slot that is chosen, or nothing */
function chosenSlot() {
    /** @type {HTMLInputElement | null} */
    const slot = document.querySelector('input[name="slot"]:checked');
    return slot?.value ?? '';
}

/** @param {string} text the server's own piece of a page, in which everything is escaped */
function showQuote(text) {
    const parsed = new DOMParser().parseFromString(text, 'text/html');
    /** @type {HTMLElement | null} */
    const quote = parsed.querySelector('.quote');
    if (!quote) return;
    showBar(quote);
    const place = document.getElementById('basket');
    if (!place) return;
    const focused = focusPath(place);
    place.replaceChildren(document.adoptNode(quote));
    place.removeAttribute('aria-busy');
    showSteppers();
    focusAgain(place, focused);
    fillForm(quote);
}

/** @param {HTMLElement | undefined} quote */
function showBar(quote) {
    const bar = document.getElementById('bar');
    if (!bar) return;
    const count = Number(quote?.dataset.count ?? 0);
    bar.hidden = count === 0;
    write('bar-count', String(count));
    write('bar-total', quote?.dataset.total ?? '');
}

/**
 * @param {string} id
 * @param {string} text
 */
function write(id, text) {
    const place = document.getElementById(id);
    if (place) place.textContent = text;
}

/** @param {HTMLElement} quote */
function fillForm(quote) {
    const form = orderForm();
    if (!form) return;
    set(form, 'basket', basketText());
    set(form, 'order', basket.order);
    set(form, 'total', quote.dataset.minor ?? '');
    write('button-total', quote.dataset.total ?? '');
    const button = form.querySelector('button[type="submit"]');
    const nothing = quote.dataset.count === '0' || !form.querySelector('input[name="slot"]:enabled');
    if (button instanceof HTMLButtonElement) button.disabled = nothing || quote.dataset.short === 'true';
}

function orderForm() {
    const form = document.getElementById('order-form');
    return form instanceof HTMLFormElement ? form : null;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {string} value
 */
function set(form, name, value) {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = value;
}

/**
 * Which control of the basket the keyboard is on.
 * @param {HTMLElement} place
 * @returns {[string, string] | null} variant and kind
 */
function focusPath(place) {
    const focused = document.activeElement;
    if (!focused || !place.contains(focused)) return null;
    const owner = /** @type {HTMLElement | null} */ (focused.closest('[data-variant]'));
    return [owner?.dataset.variant ?? '', focused.className || focused.localName];
}

/**
 * @param {HTMLElement} place
 * @param {[string, string] | null} path
 */
function focusAgain(place, path) {
    if (!path) return;
    const [variant, kind] = path;
    const owner = place.querySelector(`[data-variant="${variant}"]`);
    const control = owner?.querySelector(kind === 'input' ? 'input' : `.${kind}`);
    if (control instanceof HTMLElement) control.focus();
}

function unreachable() {
    const place = document.getElementById('basket');
    if (!place || place.querySelector('.notice')) return;
    const notice = document.createElement('p');
    notice.className = 'notice';
    notice.textContent = document.body.dataset.unreachable ?? '';
    place.prepend(notice);
}

// Presses and typing.

document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target.closest('button') : null;
    if (target?.classList.contains('refill')) return refill(target.dataset.basket ?? '');
    const owner = /** @type {HTMLElement | null | undefined} */ (target?.closest('[data-variant]'));
    const variant = owner?.dataset.variant;
    if (!target || !owner || !variant) return;
    const now = basket.items[variant] ?? 0;
    const step = Number(owner.dataset.step);
    if (target.classList.contains('add')) {
        put(variant, Number(owner.dataset.first));
        owner.querySelector('input')?.focus({ preventScroll: true });
        showSteppers();
    } else if (target.classList.contains('more')) put(variant, now + step);
    else if (target.classList.contains('less')) put(variant, now - step);
    else if (target.classList.contains('take-out')) put(variant, 0);
});

document.addEventListener('change', (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement)) return;
    if (field.name === 'slot') return askSoon();
    const owner = /** @type {HTMLElement | null} */ (field.closest('.stepper'));
    const variant = owner?.dataset.variant;
    if (!variant) return;
    const quantity = readQuantity(field.value);
    if (quantity !== null) put(variant, quantity);
    field.value = numbers.format((basket.items[variant] ?? 0) / 1000);
});

document.addEventListener('keydown', (event) => {
    const field = event.target;
    if (event.key !== 'Enter' || !(field instanceof HTMLInputElement) || !field.closest('.stepper')) return;
    event.preventDefault();
    field.dispatchEvent(new Event('change', { bubbles: true }));
});

/** Another window of the same shop changed the basket. */
window.addEventListener('storage', (event) => {
    if (event.key !== BASKET_KEY) return;
    basket = readBasket();
    showSteppers();
    askSoon();
});

orderForm()?.addEventListener('submit', (event) => {
    const button = orderForm()?.querySelector('button[type="submit"]');
    if (button?.getAttribute('aria-disabled') === 'true') return event.preventDefault();
    keepBasket();
    button?.setAttribute('aria-disabled', 'true');
});

// A page that comes back with the back button.
window.addEventListener('pageshow', () => {
    orderForm()?.querySelector('button[type="submit"]')?.removeAttribute('aria-disabled');
    basket = readBasket();
    showSteppers();
    askSoon(0);
});

// An order.

/** The basket became the order that is shown: it begins anew. One that could not be paid is kept, for another order. */
function endBasket() {
    const shown = /** @type {HTMLElement | null} */ (document.querySelector('[data-order], [data-spent]'));
    if (!shown || (shown.dataset.order ?? shown.dataset.spent) !== basket.order) return;
    const kept = shown.dataset.spent !== undefined || shown.dataset.kept === 'true';
    basket = { order: newId(), items: kept ? basket.items : {} };
    keepBasket();
}

/** @param {string} text an order's goods, to be ordered again */
function refill(text) {
    for (const item of text.split(',')) {
        const [variant, quantity] = item.split(':');
        if (variant && VARIANT.test(variant) && Number(quantity) > 0)
            basket.items[variant] = Math.min(Number(quantity), MOST);
    }
    keepBasket();
    location.assign(document.body.dataset.checkout ?? '');
}

async function lookAgain() {
    const shown = /** @type {HTMLElement | null} */ (document.querySelector('.order[data-moves="true"]'));
    // What somebody types is not taken from under their fingers.
    const busy = shown?.querySelector('form')?.contains(document.activeElement);
    if (!shown || busy || document.hidden) return;
    const answer = await fetch(location.pathname.replace(/\/(amend|cancel|pay)$/, '') + location.search);
    if (!answer.ok) return;
    const parsed = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = /** @type {HTMLElement | null} */ (parsed.querySelector('.order'));
    const same = fresh?.dataset.rev === shown.dataset.rev && fresh?.dataset.open === shown.dataset.open;
    if (!fresh || same) return;
    shown.replaceWith(document.adoptNode(fresh));
    write('news', fresh.querySelector('.state')?.textContent ?? '');
}

if (document.querySelector('[data-moves="true"]')) {
    setInterval(() => lookAgain().catch(() => {}), LOOK_AGAIN);
    document.addEventListener('visibilitychange', () => lookAgain().catch(() => {}));
}

document.documentElement.classList.add('script');
endBasket();
document.getElementById('refusal')?.focus();
