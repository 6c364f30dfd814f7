// Finds words in components that did not come from src/lib/messages: text between tags, and the
// attributes that people read or hear.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'svelte/compiler';

const READ_ALOUD = new Set(['aria-label', 'title', 'placeholder', 'alt', 'label', 'aria-description']);
const LETTERS = /\p{L}{2,}/u;

function words(node, found) {
    if (!node || typeof node !== 'object') return;
    if (Array.isArray(node)) return node.forEach((each) => words(each, found));
    if (node.type === 'Text' && LETTERS.test(node.data)) found.push(node);
    if (node.type === 'Attribute') {
        if (READ_ALOUD.has(node.name)) words(node.value, found);
        return;
    }
    for (const [key, value] of Object.entries(node)) if (key !== 'metadata') words(value, found);
}

let count = 0;
for (const name of readdirSync('src', { recursive: true }).filter((file) => file.endsWith('.svelte'))) {
    const path = join('src', name);
    const source = readFileSync(path, 'utf8');
    const found = [];
    words(parse(source, { modern: true }).fragment, found);
    for (const node of found) {
        const line = source.slice(0, node.start).split('\n').length;
        console.error(`${path}:${line}: "${node.data.trim()}" belongs into src/lib/messages`);
        count += 1;
    }
}
process.exit(count === 0 ? 0 : 1);
